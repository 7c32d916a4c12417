//! What Redis does in one step. A field is stored as `{expires}:{value}`, `expires` being Redis' own time in milliseconds since
//! 1970 (0: never): fields of one hash expire one by one, which Redis itself can only since 7.4. The key goes with its last
//! field.

use std::sync::LazyLock;

use super::call::Lua;

/// What the scripts share. Called with the hash as the only key.
const FIELDS: &str = r"
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole(number) return string.format('%.0f', number) end
-- A field's value and when it expires; nothing if it has.
local function live(field)
    local raw = redis.call('HGET', key, field)
    if not raw then return nil end
    local colon = string.find(raw, ':', 1, true)
    local expires = tonumber(string.sub(raw, 1, colon - 1))
    if expires > 0 and expires <= now then
        redis.call('HDEL', key, field)
        return nil
    end
    return string.sub(raw, colon + 1), expires
end
-- Lets the key go with its last field, and not before.
local function cover(expires)
    if expires == 0 then
        redis.call('PERSIST', key)
    elseif redis.call('HLEN', key) == 1 then
        redis.call('PEXPIREAT', key, whole(expires))
    else
        local left = redis.call('PTTL', key)
        if left >= 0 and now + left < expires then redis.call('PEXPIREAT', key, whole(expires)) end
    end
end
local function write(field, value, expires)
    redis.call('HSET', key, field, whole(expires) .. ':' .. value)
    cover(expires)
end
-- From milliseconds from now (-1: never) to a time.
local function at(after)
    after = tonumber(after)
    if after < 0 then return 0 end
    return now + after
end
-- All that have not expired: name, value, name, value …
local function all()
    local found = {}
    for _, field in ipairs(redis.call('HKEYS', key)) do
        local value = live(field)
        if value then
            found[#found + 1] = field
            found[#found + 1] = value
        end
    end
    return found
end
";

/// What the scripts share, besides, that keep the latest write.
const LATEST_WRITE: &str = r"
-- Lua compares strings as the locale has it, in which Redis was started.
local function comes_after(one, other)
    for i = 1, math.min(#one, #other) do
        local a, b = string.byte(one, i), string.byte(other, i)
        if a ~= b then return a > b end
    end
    return #one > #other
end
-- The last field in order of names, and its value; nothing if there is none.
local function latest()
    local field, value
    local found = all()
    for i = 1, #found, 2 do
        if not field or comes_after(found[i], field) then field, value = found[i], found[i + 1] end
    end
    return field, value
end
-- Another one after every start of a server, and whenever one becomes a master; nothing where it is none.
local function run()
    local info = redis.call('INFO', 'server', 'replication')
    if not string.find(info, 'role:master', 1, true) then return nil end
    return string.match(info, 'run_id:(%w+)') .. string.match(info, 'master_replid:(%w+)')
end
";

fn on_fields(body: &str) -> Lua {
    Lua::new(&format!("{FIELDS}{body}"))
}

fn on_latest(body: &str) -> Lua {
    on_fields(&format!("{LATEST_WRITE}{body}"))
}

macro_rules! scripts {
    ($($(#[$about:meta])* $name:ident = $make:ident($body:expr $(,)?);)*) => {$(
        $(#[$about])*
        pub(super) static $name: LazyLock<Lua> = LazyLock::new(|| $make($body));
    )*};
}

scripts! {
    /// field, value, after
    SET = on_fields("write(ARGV[1], ARGV[2], at(ARGV[3]))");
    /// field
    GET = on_fields("return live(ARGV[1]) or false");
    ALL = on_fields("return all()");
    /// field
    REMOVE = on_fields(
        "if live(ARGV[1]) then redis.call('HDEL', key, ARGV[1]) return 1 end return 0",
    );
    /// after, field, value, field, value … How many were set. With each goes which run took it.
    SET_LATEST = on_latest(
        r"local expires, set = at(ARGV[1]), 0
        for i = 2, #ARGV, 2 do
            local last = latest()
            if not last or not comes_after(last, ARGV[i]) then
                redis.call('DEL', key)
                write(ARGV[i], run() .. ':' .. ARGV[i + 1], expires)
                set = set + 1
            end
        end
        return set",
    );
    /// The field, its value, and whether this run took it.
    LATEST = on_latest(
        r"local field, value = latest()
        if not field then return false end
        local colon = string.find(value, ':', 1, true)
        local is_last = string.sub(value, 1, colon - 1) == run()
        return {field, string.sub(value, colon + 1), is_last and 1 or 0}",
    );
    /// after, field, value, field, value … How many were not there.
    RENEW = on_fields(
        r"local expires, missing = at(ARGV[1]), 0
        for i = 2, #ARGV, 2 do
            if not live(ARGV[i]) then missing = missing + 1 end
            write(ARGV[i], ARGV[i + 1], expires)
        end
        return missing",
    );
    /// field, value, field, value … How many held that value.
    FORGET = on_fields(
        r"local forgotten = 0
        for i = 1, #ARGV, 2 do
            if live(ARGV[i]) == ARGV[i + 1] then
                forgotten = forgotten + redis.call('HDEL', key, ARGV[i])
            end
        end
        return forgotten",
    );
    /// field, value, after, places
    SET_IF_ROOM = on_fields(
        "if not live(ARGV[1]) and #all() / 2 >= tonumber(ARGV[4]) then return 0 end \
         write(ARGV[1], ARGV[2], at(ARGV[3])) return 1",
    );
    /// field, whether it must be there, with what value, whether to set it, to what, after
    COMPARE_AND_SET = on_fields(
        "local value = live(ARGV[1]) \
         if ARGV[2] == '1' and value ~= ARGV[3] or ARGV[2] == '0' and value then return 0 end \
         if ARGV[4] == '1' then write(ARGV[1], ARGV[5], at(ARGV[6])) \
         elseif value then redis.call('HDEL', key, ARGV[1]) end return 1",
    );
    /// field, by, after. Lua's numbers are doubles, so Redis adds, in a field that is there only meanwhile.
    INCREMENT = on_fields(
        r"local value, expires = live(ARGV[1])
        local aside = '\0increment'
        redis.call('HSET', key, aside, value or '0')
        local added = redis.pcall('HINCRBY', key, aside, ARGV[2])
        local sum = redis.call('HGET', key, aside)
        redis.call('HDEL', key, aside)
        if type(added) == 'table' and added.err then return false end
        write(ARGV[1], sum, expires or at(ARGV[3]))
        return sum",
    );
    /// after
    EXPIRE = on_fields(
        r"if redis.call('TYPE', key).ok ~= 'hash' then return redis.call('PEXPIRE', key, ARGV[1]) end
        local by = at(ARGV[1])
        local there = 0
        for _, field in ipairs(redis.call('HKEYS', key)) do
            local value, expires = live(field)
            if value then
                there = 1
                if expires == 0 or expires > by then
                    redis.call('HSET', key, field, whole(by) .. ':' .. value)
                end
            end
        end
        if there == 1 then redis.call('PEXPIREAT', key, whole(by)) end
        return there",
    );
    DELETE = on_fields(
        r"local there = 1
        if redis.call('TYPE', key).ok == 'hash' and #all() == 0 then there = 0 end
        return math.min(there, redis.call('DEL', key))",
    );
    /// item, keep
    PUSH = on_fields(
        r"redis.call('RPUSH', key, ARGV[1])
        if tonumber(ARGV[2]) == 0 then redis.call('DEL', key) return 0 end
        redis.call('LTRIM', key, '-' .. ARGV[2], -1)
        return redis.call('LLEN', key)",
    );
    /// keep
    TRIM = on_fields(
        r"if tonumber(ARGV[1]) == 0 then redis.call('LTRIM', key, 1, 0)
        else redis.call('LTRIM', key, '-' .. ARGV[1], -1) end",
    );
    /// limit, per; -1 if there was a place, else how long to wait.
    TAKE = on_fields(
        r"local limit, per = tonumber(ARGV[1]), tonumber(ARGV[2])
        local first = redis.call('LINDEX', key, 0)
        while first and first + per <= now do
            redis.call('LPOP', key)
            first = redis.call('LINDEX', key, 0)
        end
        if redis.call('LLEN', key) < limit then
            redis.call('RPUSH', key, whole(now))
            redis.call('PEXPIRE', key, whole(math.max(per, 1)))
            return -1
        end
        return first and first + per - now or per",
    );
}
