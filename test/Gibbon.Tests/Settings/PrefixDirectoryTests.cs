using System.Security.Cryptography.X509Certificates;
using Gibbon.Settings;

namespace Gibbon.Tests.Settings;

public sealed class PrefixDirectoryTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gibbon-prefix-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void It_has_Kongs_layout_and_certificates_where_TLS_needs_them()
    {
        var settings = Prepared(("proxy_listen", "127.0.0.1:0 ssl"), ("admin_listen", "127.0.0.1:0"), ("status_listen", "off"), ("admin_gui_listen", "off"));

        Assert.All(["pids", "logs", "sockets", "ssl"], name => Assert.True(Directory.Exists(Path.Combine(directory, name)), name));
        Assert.All(["logs/access.log", "logs/error.log", "logs/admin_access.log", ".kong_env", ".ca_combined"],
            name => Assert.True(File.Exists(Path.Combine(directory, name)), name));
        Assert.False(File.Exists(Path.Combine(directory, "ssl/admin-kong-default.crt")));
        Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(Path.Combine(directory, "ssl/kong-default.key")));
        Assert.Equal(PrivateFile.OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(Path.Combine(directory, ".kong_env")));

        var tls = DefaultCertificates.Ensure(settings).Tls;
        Assert.Equal(["RSA", "ECC"], tls.Proxy.Select(files =>
        {
            using var certificate = X509Certificate2.CreateFromPem(files.CertificatePem, files.KeyPem);
            Assert.True(certificate.MatchesHostname("localhost"));
            return certificate.PublicKey.Oid.FriendlyName;
        }));
        Assert.Empty(tls.Admin);
    }

    [Fact]
    public void Existing_certificates_are_kept()
    {
        Prepared(("proxy_listen", "127.0.0.1:0 ssl"));
        var before = File.ReadAllText(Path.Combine(directory, "ssl/kong-default.crt"));
        Prepared(("proxy_listen", "127.0.0.1:0 ssl"));
        Assert.Equal(before, File.ReadAllText(Path.Combine(directory, "ssl/kong-default.crt")));
    }

    [Fact]
    public void Saved_settings_give_the_same_settings_again()
    {
        var declarative = "_format_version: '3.0'\n# secret\n";
        var settings = Prepared(("pg_password", "a#b"), ("pg_host", "db"), ("log_level", "info"), ("ssl_cipher_suite", "modern"),
            ("declarative_config_string", declarative), ("nginx_http_gzip", "on"), ("nginx_worker_processes", "3"), ("admin_gui_url", "http://h/#/x"));

        var load = SettingsLoader.Load(SavedSettings.Read(directory, new Dictionary<string, string>()));

        Assert.Empty(load.Errors);
        var again = load.Settings!;
        Assert.Equal(settings.Raw.Written, again.Raw.Written);
        Assert.Equal("a#b", again.Database.Postgres.Password);
        Assert.Equal(DatabaseKind.Postgres, again.Database.Kind);
        Assert.Equal(declarative.Trim(), again.Database.DeclarativeConfigString);
        Assert.Equal(settings.Tls.Protocols, again.Tls.Protocols);
        Assert.Equal(3, again.Workers.Count);
        Assert.Equal(["http://h/#/x"], again.Manager.Urls);
        Assert.Equal(["accepted, but without effect in this gateway: nginx_http_gzip"], load.Warnings);
    }

    [Fact]
    public void No_secret_stands_where_others_can_read_it()
    {
        Prepared(("pg_password", "hush-hush"), ("request_debug_token", "hush-token"));

        Assert.DoesNotContain("hush", File.ReadAllText(Path.Combine(directory, ".kong_env")), StringComparison.Ordinal);
        Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(Path.Combine(directory, ".kong_process_secrets")));
    }

    [Fact]
    public void A_secret_from_a_vault_is_not_saved_at_all()
    {
        var load = SettingsLoader.Load(new SettingSources
        {
            SearchFile = false,
            Environment = new Dictionary<string, string> { ["KONG_PG_PASSWORD"] = "{vault://env/the-secret}", ["THE_SECRET"] = "hush", ["KONG_PREFIX"] = directory },
        });
        Assert.Null(PrefixDirectory.Prepare(load.Settings!));

        Assert.Contains("pg_password = {vault://env/the-secret}", File.ReadAllText(Path.Combine(directory, ".kong_env")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(directory, ".kong_process_secrets")));
    }

    [Fact]
    public void What_is_in_the_way_is_named()
    {
        var file = Path.Combine(directory, "file");
        File.WriteAllText(file, "");
        Assert.Equal((null, $"{file} is not a directory"), PrefixDirectory.Create(file));
        Assert.StartsWith($"could not create prefix directory {file}/below: ", PrefixDirectory.Create($"{file}/below").Error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(directory, "logs"), "");
        Assert.StartsWith($"cannot prepare prefix directory {directory}: ",
            PrefixDirectory.Prepare(SettingsLoader.From([KeyValuePair.Create("prefix", directory)])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_plane_keeps_its_id_and_others_get_a_new_one()
    {
        var node = SettingsLoader.From([KeyValuePair.Create("prefix", directory)]).Node;
        Assert.NotEqual(NodeIdentity.Resolve(node), NodeIdentity.Resolve(node));
        var dataPlane = node with { Role = NodeRole.DataPlane };
        Assert.Equal(NodeIdentity.Resolve(dataPlane), NodeIdentity.Resolve(dataPlane));
        Assert.Equal(Guid.Empty, NodeIdentity.Resolve(node with { NodeId = Guid.Empty }));
    }

    private GatewaySettings Prepared(params (string Name, string Value)[] settings)
    {
        var loaded = SettingsLoader.From(settings.Append(("prefix", directory)).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
        Assert.Null(PrefixDirectory.Prepare(loaded));
        return loaded;
    }
}
