namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>What the migrations say; the first lines are Kong's, which scripts look for.</summary>
internal static class MigrationTexts
{
    public const string NeedsBootstrap =
        "Database needs bootstrapping or is older than Kong 1.0.\n\n"
        + "An empty database is made ready by 'kong migrations bootstrap'. One that a Kong before 1.0 has written must first be brought\n"
        + "through Kong's own releases up to 3.9: to 1.5 ('kong migrations migrate-apis' there turns old 'apis' into services and routes),\n"
        + "and from there on.\n";

    public const string NewAvailable = "New migrations available; run 'kong migrations up' to proceed";

    public const string Pending = "Database has pending migrations; run 'kong migrations finish'";

    public const string NotLeader = "aborted: another node is performing database changes";

    public static string TooOld(string subsystem, string last) =>
        $"the database is older than Kong 3.9, its last migration of {subsystem} is {last}: run 'kong migrations up' and 'kong migrations finish' "
        + "of Kong 3.9 itself, or bring its configuration into a new database with 'deck gateway dump' and 'deck gateway sync'";

    public static string Unfinished(string subsystem, string first) =>
        $"the database has a migration of {subsystem} that Kong began and did not finish, {first}: run 'kong migrations finish' of Kong 3.9 itself";
}
