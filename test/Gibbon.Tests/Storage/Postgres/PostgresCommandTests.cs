using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Loopback;
using Gibbon.Tests.Cli;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>The commands that work on a database: what was called on Kong 3.9.1 gets Kong's answers, and what Kong would have done is done.</summary>
public sealed partial class PostgresCommandTests : IDisposable
{
    private readonly KongProgram kong = new();
    private readonly PostgresDatabase database = new();

    public void Dispose()
    {
        kong.Dispose();
        database.Dispose();
    }

    [Fact]
    public void A_databases_life()
    {
        string[] life =
        [
            "migrations no subcommand", "migrations list empty", "migrations status empty", "migrations up empty", "migrations finish empty",
            "migrations reset empty", "start on empty database", "migrations bootstrap", "migrations bootstrap again", "migrations list after",
            "migrations status after", "migrations up after", "migrations finish after", "migrations reset without -y, answer n",
            "migrations reset -y", "migrations reset -y again",
        ];
        kong.Run("prepare");
        Assert.All(life, Replay);
        Assert.Equal("0", database.Text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Theory]
    [InlineData("start, database unreachable")]
    [InlineData("migrations list, database unreachable")]
    [InlineData("migrations list database off")]
    public void Without_a_server(string name)
    {
        kong.Run("prepare");
        Replay(name);
    }

    [Fact]
    public void Status_lists_every_subsystem_with_its_namespace()
    {
        Run("migrations bootstrap -q");
        var status = JsonNode.Parse(Run("migrations status").Output)!;
        var executed = status["executed_migrations"]!.AsArray();
        Assert.Equal(["needs_bootstrap", "executed_migrations"], status.AsObject().Select(static pair => pair.Key));
        Assert.Equal(18, executed.Count);
        Assert.Equal("""{"subsystem":"acl","namespace":"kong.plugins.acl.migrations","migrations":["000_base_acl","002_130_to_140","003_200_to_210","004_212_to_213"]}""", executed[1]!.ToJsonString());
    }

    [Fact]
    public void Quiet_says_nothing_and_does_the_same()
    {
        var result = Run("migrations bootstrap -q");
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal("18", database.Text("SELECT count(*) FROM schema_meta"));
    }

    [Fact]
    public void Bootstrap_with_force_begins_anew()
    {
        Run("migrations bootstrap -q");
        var before = database.Text("SELECT value FROM parameters");
        var result = Run("migrations bootstrap -f");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Resetting database...\nDatabase successfully reset\nBootstrapping database...\n", result.Output, StringComparison.Ordinal);
        Assert.NotEqual(before, database.Text("SELECT value FROM parameters"));
    }

    [Fact]
    public void The_tables_of_a_plugin_enabled_later_are_new_migrations()
    {
        Run("migrations bootstrap -q", ("KONG_PLUGINS", "key-auth"));
        Assert.Equal("core,key-auth", database.Text("SELECT string_agg(subsystem, ',' ORDER BY subsystem) FROM schema_meta"));

        var list = Run("migrations list", ("KONG_PLUGINS", "key-auth,acl"));
        Assert.Equal(5, list.ExitCode);
        Assert.EndsWith(
            "\n\nNew migrations available:\nacl: 000_base_acl, 002_130_to_140, 003_200_to_210, 004_212_to_213\n\nRun 'kong migrations up' to proceed\n",
            list.Output,
            StringComparison.Ordinal);
        Assert.Equal("New migrations available; run 'kong migrations up' to proceed", Run("start", ("KONG_PLUGINS", "key-auth,acl")).Message);

        var up = Run("migrations up", ("KONG_PLUGINS", "key-auth,acl"));
        Assert.EndsWith("acl migrated up to: 004_212_to_213 (executed)\n4 migrations processed\n4 executed\n", up.Output, StringComparison.Ordinal);
        Assert.Equal("Database is already up-to-date\n", Run("migrations up", ("KONG_PLUGINS", "key-auth,acl")).Output);
        Assert.Equal("0", database.Text("SELECT count(*) FROM acls"));
    }

    [Fact]
    public void Up_with_force_makes_sure_of_the_tables_and_records_nothing_twice()
    {
        Run("migrations bootstrap -q");
        database.Execute("DROP TABLE acls");
        Assert.Equal(0, Run("migrations up -f").ExitCode);
        Assert.Equal("0", database.Text("SELECT count(*) FROM acls"));
        Assert.Equal("23", database.Text("SELECT cardinality(executed) FROM schema_meta WHERE subsystem = 'core'"));
        Assert.Equal("1", database.Text("SELECT count(*) FROM workspaces"));
    }

    [Theory]
    [InlineData("migrations up")]
    [InlineData("migrations finish")]
    [InlineData("start --run-migrations")]
    [InlineData("start")]
    public void A_database_of_an_older_Kong_is_named_as_such_and_left_alone(string command)
    {
        Run("migrations bootstrap -q");
        database.Execute("UPDATE schema_meta SET last_executed = '023_360_to_370', executed = array_remove(executed, '024_380_to_390') WHERE subsystem = 'core'");
        database.Execute("DROP TABLE clustering_rpc_requests");
        var before = database.Text("SELECT string_agg(m::text, ',' ORDER BY subsystem) FROM schema_meta m");

        var message = Run(command).Message;

        Assert.Equal(
            "the database is older than Kong 3.9, its last migration of core is 023_360_to_370: run 'kong migrations up' and 'kong migrations finish' of Kong 3.9 "
            + "itself, or bring its configuration into a new database with 'deck gateway dump' and 'deck gateway sync'",
            message);
        Assert.Equal(before, database.Text("SELECT string_agg(m::text, ',' ORDER BY subsystem) FROM schema_meta m"));
        Assert.Null(database.Text("SELECT to_regclass('clustering_rpc_requests')"));
        Assert.Equal("0", database.Text("SELECT count(*) FROM locks"));
    }

    [Fact]
    public void What_Kong_began_and_did_not_finish_is_left_to_Kong()
    {
        Run("migrations bootstrap -q");
        database.Execute("UPDATE schema_meta SET pending = executed[2:2], executed = executed[1:1], last_executed = executed[1] WHERE subsystem = 'rate-limiting'");
        database.Execute("UPDATE schema_meta SET pending = array['006_350_to_360'], executed = array['000_base_rate_limiting', '003_10_to_112', '004_200_to_210', '005_320_to_330'], last_executed = '005_320_to_330' WHERE subsystem = 'rate-limiting'");
        var list = Run("migrations list");
        Assert.Equal(4, list.ExitCode);
        Assert.EndsWith("\n\nPending migrations:\nrate-limiting: 006_350_to_360\n\nRun 'kong migrations finish' when ready\n", list.Output, StringComparison.Ordinal);
        Assert.Equal("Database has pending migrations; run 'kong migrations finish'", Run("migrations up").Message);
        Assert.Equal(
            "the database has a migration of rate-limiting that Kong began and did not finish, 006_350_to_360: run 'kong migrations finish' of Kong 3.9 itself",
            Run("migrations finish").Message);
    }

    [Fact]
    public void A_schema_of_its_own_is_made_and_used()
    {
        Run("migrations bootstrap -q", ("KONG_PG_SCHEMA", "gate \"way\""));
        Assert.Equal("1", database.Text("SELECT count(*) FROM \"gate \"\"way\"\"\".workspaces"));
        Assert.Null(database.Text("SELECT to_regclass('public.workspaces')"));
        Assert.Equal(0, Run("migrations reset -y", ("KONG_PG_SCHEMA", "gate \"way\"")).ExitCode);
        Assert.Null(database.Text("SELECT to_regclass('\"gate \"\"way\"\"\".workspaces')"));
    }

    [Fact]
    public void The_folder_of_the_servers_socket_is_a_host()
    {
        Assert.Equal(3, Run("migrations list", ("KONG_PG_HOST", RealPostgres.Instance.SocketFolder)).ExitCode);
        Assert.Equal(3, Run("migrations list", ("KONG_PG_HOST", $"unix:{RealPostgres.Instance.SocketFolder}/.s.PGSQL.{database.Port}"), ("KONG_PG_PORT", "1")).ExitCode);
    }

    [Fact]
    public void What_the_server_refuses_is_one_line() => Assert.Equal(
        "[PostgreSQL error] FATAL: database \"nowhere\" does not exist",
        Run("migrations list", ("KONG_PG_DATABASE", "nowhere")).Message);

    private ProgramResult Run(string arguments, params IEnumerable<(string Name, string? Value)> variables) =>
        kong.Run(arguments, database.Variables.Select(static pair => (pair.Key, (string?)pair.Value)).Concat(variables));

    private void Replay(string name)
    {
        var recorded = RecordedRuns.Find(name);
        var result = kong.Run(recorded.Arguments, recorded.Variables.Select(pair => (pair.Name, (string?)Here(pair.Name, pair.Value))));

        Assert.Equal((name, recorded.ExitCode), (name, result.ExitCode));
        AssertSame(name, recorded.Output, result.Output);
        AssertSame(name, SourcePosition().Replace(recorded.Error, ""), result.Error);
    }

    // The recording keeps names and places in the longer texts, not their words.
    private void AssertSame(string name, string recorded, string said)
    {
        recorded = recorded.Replace("kongempty", database.Name, StringComparison.Ordinal);
        if (recorded.StartsWith("<one JSON", StringComparison.Ordinal))
            Assert.Equal(name == "migrations status empty", (bool)JsonNode.Parse(said)!["needs_bootstrap"]!);
        else if (Placeholder().Match(recorded) is { Success: true } hint)
        {
            Assert.StartsWith(recorded[..hint.Index], said, StringComparison.Ordinal);
            Assert.EndsWith(recorded[(hint.Index + hint.Length)..], said, StringComparison.Ordinal);
        }
        else
            Assert.Equal($"{name}: {recorded}", $"{name}: {said}");
    }

    private string Here(string name, string value) => (name, value) switch
    {
        ("KONG_PG_PORT", "25999") => FreePorts.One().ToString(CultureInfo.InvariantCulture),
        ("KONG_PG_PORT", _) => $"{database.Port}",
        ("KONG_PG_USER", _) => "postgres",
        ("KONG_PG_DATABASE", _) => database.Name,
        _ => value,
    };

    [GeneratedRegex("<(hint paragraph|help text)[^>]*>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("<source position>: ")]
    private static partial Regex SourcePosition();
}
