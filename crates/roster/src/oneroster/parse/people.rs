//! People and their roles; in 1.1 these are in one row.

use homeroom_contract::{OrgId, UserId};

use super::{Context, Parse, in_order};
use crate::oneroster::fields::Fields;
use crate::oneroster::files::{Format, ROLE_TYPES, USERS_1P1};
use crate::oneroster::findings::Bad;
use crate::oneroster::records::{Demographics, RoleKind, SourcedId, User, UserRole};
use crate::oneroster::{File, Reason};

impl Parse for User {
    const FILE: File = File::Users;

    fn entries(&self) -> usize {
        self.agents.len() + self.grades.len()
    }

    fn parse(row: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        let user = Self {
            id: row.id("sourcedId")?,
            enabled: row.boolean("enabledUser")?,
            username: row.text("username")?,
            given_name: row.text("givenName")?,
            family_name: row.text("familyName")?,
            middle_name: row.maybe_text("middleName"),
            identifier: row.maybe_text("identifier"),
            email: row.maybe_text("email"),
            agents: row.ids("agentSourcedIds")?,
            grades: row.texts("grades"),
            preferred_given_name: row.maybe_text("preferredGivenName"),
            preferred_middle_name: row.maybe_text("preferredMiddleName"),
            preferred_family_name: row.maybe_text("preferredFamilyName"),
            primary_org: row.maybe_id("primaryOrgSourcedId")?,
            pronouns: row.maybe_text("pronouns"),
        };
        if context.roles_in_users {
            // The roles come in a second pass; a row that is wrong there is refused as a whole.
            roles_in_users(row, &user.id, context)?;
        }
        records.push(user);
        Ok(())
    }
}

impl Parse for UserRole {
    const FILE: File = File::Roles;

    fn parse(row: &mut Fields<'_>, context: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        if context.roles_in_users {
            User::parse(row, context, &mut Vec::new())?;
            let user: UserId = row.id("sourcedId")?;
            records.append(&mut roles_in_users(row, &user, context)?);
            return Ok(());
        }
        let role = Self {
            id: row.id("sourcedId")?,
            user: row.id("userSourcedId")?,
            primary: row.token("roleType", ROLE_TYPES, false)? == "primary",
            kind: word!(row, "role", RoleKind)?,
            begin: row.maybe_date("beginDate")?,
            end: row.maybe_date("endDate")?,
            org: row.id("orgSourcedId")?,
        };
        in_order("endDate", role.begin, role.end)?;
        records.push(role);
        Ok(())
    }
}

/// The roles that a row of 1.1's `users.csv` holds: one word, at one or more orgs.
fn roles_in_users(row: &mut Fields<'_>, user: &UserId, context: &Context) -> Result<Vec<UserRole>, Bad> {
    let orgs: Vec<OrgId> = row.ids("orgSourcedIds")?;
    if orgs.is_empty() {
        return Err(Bad::new("orgSourcedIds", Reason::Blank, "A value is required."));
    }
    let tokens = USERS_1P1.iter().find_map(|column| match column.format {
        Format::OpenWord(tokens) => Some(tokens),
        _ => None,
    });
    let token = row.token("role", tokens.unwrap_or_default(), true)?;
    let mut roles = Vec::with_capacity(orgs.len());
    for (place, org) in orgs.into_iter().enumerate() {
        let kind = match RoleKind::from_token(token) {
            Some(kind) => kind,
            None if context.high_orgs.contains(&org) => RoleKind::DistrictAdministrator,
            None => RoleKind::SiteAdministrator,
        };
        let id = SourcedId::new(format!("{user}:{org}:{}", kind.as_str())).map_err(|_| {
            Bad::new(
                "orgSourcedIds",
                Reason::Identifier,
                "The person's and the org's identifier are too long together.",
            )
        })?;
        roles.push(UserRole {
            id,
            user: user.clone(),
            kind,
            primary: place == 0,
            org,
            begin: None,
            end: None,
        });
    }
    Ok(roles)
}

impl Parse for Demographics {
    const FILE: File = File::Demographics;

    fn parse(row: &mut Fields<'_>, _: &Context, records: &mut Vec<Self>) -> Result<(), Bad> {
        records.push(Self { user: row.id("sourcedId")?, birth_date: row.maybe_date("birthDate")? });
        Ok(())
    }
}
