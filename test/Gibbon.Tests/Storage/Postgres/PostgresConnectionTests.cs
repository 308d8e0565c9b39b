using System.Net;
using System.Net.Http.Json;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Postgres;
using Gibbon.Testing;
using Npgsql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>How a node comes to its database: encrypted, with a password, in time, by way of a replica.</summary>
public sealed class PostgresConnectionTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly string user = $"user_{Guid.NewGuid():N}";

    [Fact]
    public async Task A_password_is_proved_over_an_encrypted_connection()
    {
        database.Execute($"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD 'it is a secret' IN ROLE tls_only");
        await PostgresMigrations.BootstrapAsync(database, null, ("pg_user", user), ("pg_password", "it is a secret"), ("pg_ssl", "on"));
        Assert.Equal("true", await AskAsync("SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()", ("pg_password", "it is a secret"), ("pg_ssl", "on")));
        await using TestGateway gateway = await PostgresGateway.StartAsync(database, ("pg_user", user), ("pg_password", "it is a secret"), ("pg_ssl", "on"));
        using HttpResponseMessage written = await gateway.Admin.PostAsJsonAsync("/services", new { name = "s", host = "h" });
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);
    }

    [Fact]
    public async Task Who_has_the_wrong_password_or_no_encryption_is_refused_and_the_password_is_not_told()
    {
        database.Execute($"CREATE ROLE {user} LOGIN PASSWORD 'it is a secret' IN ROLE tls_only");
        InvalidOperationException wrong = await RefusedAsync(("pg_password", "another secret"), ("pg_ssl", "on"));
        Assert.Contains($"password authentication failed for user \"{user}\"", wrong.Message, StringComparison.Ordinal);
        InvalidOperationException none = await RefusedAsync(("pg_password", "it is a secret"), ("pg_ssl", "off"));
        Assert.Contains("pg_hba.conf", none.Message, StringComparison.Ordinal);
        Assert.All([wrong, none], static failure => Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_is_proved_in_the_clear_too()
    {
        database.Execute($"CREATE ROLE {user} LOGIN PASSWORD 'it is a secret' IN ROLE password_only");
        Assert.Equal("false", await AskAsync("SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()", ("pg_password", "it is a secret")));
        InvalidOperationException wrong = await RefusedAsync(("pg_password", "another"));
        Assert.Contains("password authentication failed", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_certificate_is_checked_where_that_is_asked_for()
    {
        database.Execute($"CREATE ROLE {user} LOGIN PASSWORD 'it is a secret' IN ROLE tls_only");
        string others = Path.Combine(Directory.CreateTempSubdirectory("gibbon-ca-").FullName, "ca.pem");
        await File.WriteAllTextAsync(others, Certificates.TestCertificates.For("other.test").Certificate, TestContext.Current.CancellationToken);
        (string, string)[] checking = [("pg_password", "it is a secret"), ("pg_ssl", "on"), ("pg_ssl_verify", "on")];
        Assert.Equal(user, await AskAsync("SELECT current_user::text", [.. checking, ("lua_ssl_trusted_certificate", RealPostgres.Instance.Authority)]));
        InvalidOperationException stranger = await RefusedAsync([.. checking, ("lua_ssl_trusted_certificate", others)]);
        Assert.Contains("certificate", stranger.Message, StringComparison.OrdinalIgnoreCase);
        Directory.Delete(Path.GetDirectoryName(others)!, recursive: true);
    }

    [Fact]
    public async Task A_statement_that_takes_longer_than_allowed_is_given_up()
    {
        await using PostgresServer server = new(database.Settings(("pg_timeout", "1000")).Database.Postgres, []);
        await using (PostgresSession session = await server.OpenAsync(TestContext.Current.CancellationToken))
        {
            Exception failure = await Assert.ThrowsAnyAsync<NpgsqlException>(() => session.ExecuteAsync("SELECT pg_sleep(3600)"));
            Assert.Equal("timeout", PostgresFailure.Text(failure));
        }

        await using PostgresSession next = await server.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await next.ScalarAsync("SELECT 1"));
    }

    [Fact]
    public async Task Requests_read_from_the_replica_and_changes_go_to_the_server_that_takes_them()
    {
        using PostgresDatabase own = new();
        await PostgresMigrations.BootstrapAsync(own);
        own.Execute($"CREATE ROLE {user} LOGIN PASSWORD 'reads' IN ROLE password_only; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user};"
            + $"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {user}");
        await using FakeUpstream upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await PostgresGateway.StartAsync(
            own, ("pg_ro_host", "127.0.0.1"), ("pg_ro_user", user), ("pg_ro_password", "reads"));
        foreach ((string path, object body) in new (string, object)[]
        {
            ("/services", new { name = "s", host = "127.0.0.1", port = upstream.Port }), ("/services/s/routes", new { paths = new[] { "/" } }),
            ("/services/s/plugins", new { name = "key-auth" }), ("/consumers", new { username = "bob" }), ("/consumers/bob/key-auth", new { key = "one" }),
        })
        {
            using HttpResponseMessage written = await gateway.Admin.PostAsJsonAsync(path, body);
            Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        }

        Assert.Equal("0", own.Text($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}'"));
        using HttpResponseMessage answer = await gateway.Client.GetAsync("/?apikey=one");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEqual("0", own.Text($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}'"));
    }

    [Fact]
    public async Task A_database_is_exported_and_imported_whole()
    {
        using PostgresDatabase from = new();
        using PostgresDatabase to = new();
        using Cli.KongProgram kong = new();
        await PostgresMigrations.BootstrapAsync(from);
        await PostgresMigrations.BootstrapAsync(to);
        string file = kong.Write("in.yml", """
            _format_version: "3.0"
            services:
            - {name: s, id: 11111111-1111-4111-8111-111111111111, host: h, routes: [{name: r, paths: [/r], plugins: [{name: cors}]}]}
            consumers:
            - {username: ann, keyauth_credentials: [{key: one}], basicauth_credentials: [{username: ann, password: secret}]}
            """);
        IEnumerable<(string, string?)> first = from.Variables.Select(static pair => (pair.Key, (string?)pair.Value));
        IEnumerable<(string, string?)> second = to.Variables.Select(static pair => (pair.Key, (string?)pair.Value));
        Assert.Equal((0, "parse successful, beginning import\nimport successful\n"), Said(kong.Run($"config db_import {file}", first)));
        Assert.Equal(0, kong.Run("config db_export a.yml", first).ExitCode);
        Assert.Equal((0, "parse successful, beginning import\nimport successful\n"), Said(kong.Run("config db_import a.yml", second)));
        Assert.Equal(0, kong.Run("config db_export b.yml", second).ExitCode);
        string exported = File.ReadAllText(Path.Combine(kong.Folder, "a.yml"));
        Assert.Contains("11111111-1111-4111-8111-111111111111", exported, StringComparison.Ordinal);
        Assert.Equal(WithoutTimes(exported), WithoutTimes(File.ReadAllText(Path.Combine(kong.Folder, "b.yml"))));
        Assert.Equal("import", from.Text("SELECT source FROM gibbon_versions"));

        static IEnumerable<string> WithoutTimes(string yaml) =>
            yaml.Split('\n').Where(static line => !line.Contains("ated_at:", StringComparison.Ordinal) && !line.Contains("cluster_id", StringComparison.Ordinal));

        static (int, string) Said(Cli.ProgramResult result) => (result.ExitCode, result.Output);
    }

    private async Task<string?> AskAsync(string sql, params IEnumerable<(string Name, string Value)> settings)
    {
        var read = database.Settings([("pg_user", user), .. settings]);
        await using PostgresServer server = new(read.Database.Postgres, read.Tls.TrustedCertificates);
        await using PostgresSession session = await server.OpenAsync(TestContext.Current.CancellationToken);
        return (string?)await session.ScalarAsync(sql);
    }

    private Task<InvalidOperationException> RefusedAsync(params IEnumerable<(string Name, string Value)> settings) =>
        Assert.ThrowsAnyAsync<InvalidOperationException>(() => PostgresGateway.StartAsync(database, [("pg_user", user), .. settings]));
}
