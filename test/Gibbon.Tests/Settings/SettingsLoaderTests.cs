using Gibbon.Settings;

namespace Gibbon.Tests.Settings;

public sealed class SettingsLoaderTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gibbon-settings-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void The_list_holds_every_setting_of_Kong_and_only_known_traits()
    {
        Assert.True(KnownSettings.All.Length > 200);
        Assert.Equal(KnownSettings.All.Length, KnownSettings.All.Select(setting => setting.Name).Distinct().Count());
        Assert.All(KnownSettings.All, setting => Assert.NotEmpty(setting.Description));
    }

    [Fact]
    public void Without_a_word_from_the_user_everything_is_as_Kong_has_it()
    {
        var settings = GatewaySettings.Default;

        Assert.Equal(["0.0.0.0:8000", "0.0.0.0:8443"], settings.Listeners.Proxy.Select(listener => listener.ToString()));
        Assert.True(settings.Listeners.Proxy[1] is { Ssl: true, Http2: true, Reuseport: true, Backlog: 16384 });
        Assert.Equal(["127.0.0.1:8001", "127.0.0.1:8444"], settings.Listeners.Admin.Select(listener => listener.ToString()));
        Assert.Empty(settings.Listeners.Stream);
        Assert.Empty(settings.Listeners.Cluster);
        Assert.Equal((0, 8192, 4, 8192), (settings.Proxy.ClientMaxBodySize, settings.Proxy.ClientBodyBufferSize,
            settings.Proxy.LargeHeaderBuffers, settings.Proxy.LargeHeaderBufferSize));
        Assert.Equal(10 << 20, settings.Admin.ClientMaxBodySize);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.Upstreams.KeepaliveIdleTimeout);
        Assert.True(settings.Headers is { Server: true, Via: true, RequestId: true, AdminLatency: true, UpstreamStatus: false, UpstreamRequestId: true });
        Assert.Equal("X-Real-IP", settings.RealIp.Header);
        Assert.Equal(["LAST", "SRV", "A", "CNAME"], settings.Dns.Order);
        Assert.True(settings.Plugins is { Bundled: true, Names.IsEmpty: true });
        Assert.Equal("UTF-8", settings.Proxy.Charset);
        Assert.Equal(10000, settings.Proxy.KeepaliveRequests);
        Assert.Equal("kong/3.9.1", settings.Node.ServerToken);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_an_argument_over_both()
    {
        var file = Write("kong.conf", """
            # a comment
            log_level = debug   # and another
            pg_password = s3c\#ret#x
            prefix = /from/file
            admin_listen=127.0.0.1:9001
            """);

        var settings = Load(new SettingSources
        {
            File = file,
            Environment = new Dictionary<string, string> { ["KONG_PREFIX"] = "/from/environment/", ["KONG_LOG_LEVEL"] = "warn" },
            Arguments = new Dictionary<string, string> { ["prefix"] = "/from/argument" },
        });

        Assert.Equal("/from/argument", settings.Node.Prefix);
        Assert.Equal(LogSeverity.Warn, settings.Logs.Level);
        Assert.Equal("s3c#ret#x", settings.Database.Postgres.Password);
        Assert.Equal(9001, Assert.Single(settings.Listeners.Admin).Port);
    }

    [Theory]
    [InlineData("just some words", "kong.conf:1: expected 'name = value', got 'just some words'")]
    [InlineData("[section]\na = b", "kong.conf:1: expected 'name = value', got '[section]'")]
    [InlineData("log_level = info\n= 3", "kong.conf:2: expected 'name = value', got '= 3'")]
    public void A_malformed_line_is_named_with_its_place(string text, string error)
    {
        var file = Write("kong.conf", text);
        Assert.Equal([$"{directory}/{error}"], SettingsLoader.Load(new SettingSources { File = file }).Errors);
    }

    [Fact]
    public void An_unreadable_file_is_an_error_and_an_unknown_name_is_not()
    {
        Assert.Equal(["no file at: /nowhere/kong.conf"], SettingsLoader.Load(new SettingSources { File = "/nowhere/kong.conf" }).Errors);
        Assert.StartsWith($"could not read configuration file {directory}: ", SettingsLoader.Load(new SettingSources { File = directory }).Errors[0], StringComparison.Ordinal);
        Assert.Null(Load(("no_such_setting", "x")).Raw["no_such_setting"]);
    }

    [Theory]
    [InlineData("log_level", "loud", "log_level has an invalid value: 'loud' (debug, info, notice, warn, error, crit, alert, emerg)")]
    [InlineData("role", "king", "role has an invalid value: 'king' (data_plane, control_plane, traditional)")]
    [InlineData("headers", "foo", "headers: invalid entry 'foo'")]
    [InlineData("database", "cassandra", "Cassandra as a datastore for Kong is not supported in versions 3.4 and above. Please use Postgres.")]
    [InlineData("pg_port", "many", "pg_port is not a number: 'many'")]
    [InlineData("port_maps", "80", "invalid port mapping (`port_maps`): 80")]
    [InlineData("port_maps", "80:99999", "invalid port mapping (`port_maps`): 80:99999")]
    [InlineData("admin_gui_path", "manager", "admin_gui_path must start with a slash ('/')")]
    [InlineData("admin_gui_path", "/a//b", "admin_gui_path must not contain continuous slashes ('/')")]
    [InlineData("dns_order", "A,MX", "dns_order: invalid entry 'MX'")]
    [InlineData("dns_resolver", "8.8.8.8,one", "dns_resolver must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got 'one'")]
    [InlineData("dns_hostsfile", "/nowhere", "dns_hostsfile: file does not exist")]
    [InlineData("trusted_ips", "10.0.0.0/8,x", "trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got 'x'")]
    [InlineData("trusted_ips", "10", "trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got '10'")]
    [InlineData("worker_state_update_frequency", "0", "worker_state_update_frequency must be greater than 0")]
    [InlineData("upstream_keepalive_pool_size", "-1", "upstream_keepalive_pool_size must be 0 or greater")]
    [InlineData("lua_max_uri_args", "0", "lua_max_uri_args must be an integer between 1 and 1000")]
    [InlineData("node_id", "me", "node_id must be a valid UUID")]
    [InlineData("tracing_instrumentations", "all,nope", "invalid tracing type: nope")]
    [InlineData("tracing_instrumentations", "off,all", "invalid tracing types: off, other types are mutually exclusive")]
    [InlineData("cluster_max_payload", "1", "cluster_max_payload must be 4194304 (4MB) or greater")]
    [InlineData("proxy_server", "example.com", "proxy_server missing scheme")]
    [InlineData("proxy_server", "ftp://example.com", "proxy_server only supports \"http\" and \"https\", got ftp")]
    [InlineData("ssl_cipher_suite", "best", "Undefined cipher suite best")]
    [InlineData("cluster_dp_labels", "kong:1", "label key validation failed: 'kong' is reserved")]
    [InlineData("nginx_http_client_max_body_size", "ten", "client_max_body_size is not a size: 'ten'")]
    [InlineData("error_template_html", "/nowhere.html", "error_template_html: could not read /nowhere.html: Could not find file '/nowhere.html'.")]
    public void A_wrong_value_is_refused_in_Kongs_words(string name, string value, string error)
    {
        var load = SettingsLoader.Load(new SettingSources { SearchFile = false, Arguments = new Dictionary<string, string> { [name] = value } });

        Assert.Null(load.Settings);
        Assert.Equal([error], load.Errors);
    }

    [Fact]
    public void Every_error_is_listed_not_only_the_first()
    {
        var load = SettingsLoader.Load(new SettingSources
        {
            SearchFile = false,
            Environment = new Dictionary<string, string> { ["KONG_ROLE"] = "king", ["KONG_LOG_LEVEL"] = "loud", ["KONG_HEADERS"] = "x" },
        });
        Assert.Equal(3, load.Errors.Length);
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("yes", false)]
    public void A_boolean_is_on_or_true_and_everything_else_is_not(string text, bool value) =>
        Assert.Equal(value, Load(("allow_debug_header", text)).Proxy.AllowDebugHeader);

    [Fact]
    public void An_alias_gives_its_directive_unless_that_is_given_too()
    {
        Assert.Equal(3, Load(("nginx_worker_processes", "3")).Workers.Count);
        Assert.Equal(4, Load(("nginx_worker_processes", "3"), ("nginx_main_worker_processes", "4")).Workers.Count);
        Assert.Equal("X-Forwarded-For", Load(("real_ip_header", "X-Forwarded-For")).RealIp.Header);
        Assert.Equal(["router"], Load(("opentelemetry_tracing", "router")).Tracing.Instrumentations);
        Assert.False(Load(("nginx_daemon", "off")).Node.Daemon);
    }

    [Fact]
    public void The_most_specific_injected_directive_wins()
    {
        var settings = Load(
            ("nginx_http_client_max_body_size", "1m"), ("nginx_proxy_client_max_body_size", "2m"),
            ("nginx_proxy_large_client_header_buffers", "8 16k"), ("nginx_http_keepalive_timeout", "1m30s 60s"), ("nginx_http_charset", "off"));

        Assert.Equal(2 << 20, settings.Proxy.ClientMaxBodySize);
        Assert.Equal((8, 16384), (settings.Proxy.LargeHeaderBuffers, settings.Proxy.LargeHeaderBufferSize));
        Assert.Equal(TimeSpan.FromSeconds(90), settings.Proxy.KeepaliveTimeout);
        Assert.Null(settings.Proxy.Charset);
        Assert.Null(Load(("nginx_http_charset", "NONE")).Proxy.Charset);
    }

    [Fact]
    public void Settings_without_effect_are_named_once()
    {
        var load = SettingsLoader.Load(new SettingSources
        {
            SearchFile = false,
            Environment = new Dictionary<string, string>
            {
                ["KONG_NGINX_HTTP_GZIP"] = "on", ["KONG_LMDB_MAP_SIZE"] = "1g", ["KONG_ANONYMOUS_REPORTS"] = "off",
                ["KONG_NGINX_USER"] = "kong kong", ["KONG_nginx_location_proxy_next_upstream"] = "error", ["KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE"] = "1m",
            },
        });

        Assert.Equal(
            ["accepted, but without effect in this gateway: lmdb_map_size, nginx_http_gzip, nginx_location_proxy_next_upstream"], load.Warnings);
    }

    [Fact]
    public void Wasm_is_a_clear_error() =>
        Assert.Contains("wasm is not supported", Assert.Single(Errors(("wasm", "on"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, (int)DatabaseKind.Sqlite, "no pg_* is set")]
    [InlineData("declarative_config", "/kong.yml", (int)DatabaseKind.Off, "declarative_config is set")]
    [InlineData("database", "sqlite", (int)DatabaseKind.Sqlite, "set by database")]
    [InlineData("pg_host", "db", (int)DatabaseKind.Postgres, "pg_host is set")]
    [InlineData("database", "off", (int)DatabaseKind.Off, "set by database")]
    [InlineData("role", "data_plane", (int)DatabaseKind.Off, "role is data_plane")]
    public void The_database_follows_from_what_is_configured(string? name, string? value, int kind, string reason)
    {
        var sources = new SettingSources
        {
            SearchFile = false,
            Arguments = name is null ? new Dictionary<string, string>() : new Dictionary<string, string>
            {
                [name] = value!, ["cluster_cert"] = Certificate.CertificatePem, ["cluster_cert_key"] = Certificate.KeyPem,
            },
        };
        var database = SettingsLoader.Load(sources).Settings!.Database;

        Assert.Equal((kind, reason), ((int)database.Kind, database.Reason));
    }

    [Fact]
    public void The_prefix_is_Kongs_where_it_can_be_written_and_at_home_otherwise()
    {
        var kong = Directory.CreateDirectory(Path.Combine(directory, "kong")).FullName;
        Assert.Equal((kong, "it exists and is writable"), new PrefixChoice(kong, "/home/me").Pick());
        Assert.Equal(("/home/me/.local/state/gibbon", "/nowhere/kong does not exist"), new PrefixChoice("/nowhere/kong", "/home/me").Pick());
    }

    [Fact]
    public void References_to_the_environment_are_resolved_and_stay_references_in_what_is_shown()
    {
        var settings = Load(new SettingSources
        {
            SearchFile = false,
            Environment = new Dictionary<string, string>
            {
                ["KONG_PG_PASSWORD"] = "{vault://env/db-secret}", ["DB_SECRET"] = "hush",
                ["KONG_PG_USER"] = "{vault://env/both/user}", ["BOTH"] = """{"user": "me"}""",
            },
        });

        Assert.Equal(("hush", "me"), (settings.Database.Postgres.Password, settings.Database.Postgres.User));
        Assert.Equal("{vault://env/db-secret}", settings.Raw.References["pg_password"]);
        Assert.Equal(RawSettings.Mask, settings.Raw.Masked().Single(pair => pair.Key == "pg_user").Value);
    }

    [Theory]
    [InlineData("proxy_error_log", "{vault://env/nothing-here}", "failed to dereference '{vault://env/nothing-here}': could not get value from external vault (no value found) for config option 'proxy_error_log'")]
    [InlineData("pg_password", "{vault://nope/x}", "failed to dereference '{vault://nope/x}': unable to retrieve config from db for config option 'pg_password'")]
    [InlineData("log_level", "{vault://env/nothing-here}", "log_level has an invalid value: '{vault://env/nothing-here}' (debug, info, notice, warn, error, crit, alert, emerg)")]
    public void An_unresolved_reference_stops_the_start(string name, string value, string error) => Assert.Equal([error], Errors((name, value)));

    [Theory]
    [InlineData("control_plane", "cluster certificate and key must be provided to use Hybrid mode")]
    [InlineData("data_plane", "cluster certificate and key must be provided to use Hybrid mode")]
    public void Hybrid_mode_needs_a_certificate(string role, string error) => Assert.Equal([error], Errors(("role", role)));

    [Fact]
    public void Each_role_has_its_own_database()
    {
        var certificate = (("cluster_cert", Certificate.CertificatePem), ("cluster_cert_key", Certificate.KeyPem));
        Assert.Equal(["in-memory storage can not be used when role = \"control_plane\""],
            Errors(("role", "control_plane"), ("database", "off"), certificate.Item1, certificate.Item2));
        Assert.Equal(["only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf"],
            Errors(("role", "data_plane"), ("database", "postgres"), certificate.Item1, certificate.Item2));
    }

    [Fact]
    public void Trusted_addresses_are_networks_host_bits_and_all()
    {
        var settings = Load(("trusted_ips", "10.1.2.3/8, 192.168.0.1, ::1, unix:")).RealIp;

        Assert.True(settings.TrustUnixSockets);
        Assert.True(settings.Trusts(System.Net.IPAddress.Parse("10.200.0.1")));
        Assert.True(settings.Trusts(System.Net.IPAddress.Parse("::ffff:192.168.0.1")));
        Assert.True(settings.Trusts(System.Net.IPAddress.IPv6Loopback));
        Assert.False(settings.Trusts(System.Net.IPAddress.Parse("192.168.0.2")));
    }

    [Fact]
    public void Log_targets_are_files_below_the_prefix_or_syslog_or_nothing()
    {
        var logs = Load(("prefix", "/p"), ("proxy_access_log", "off"), ("admin_access_log", "/dev/stdout mine"),
            ("proxy_error_log", "syslog:server=unix:/dev/log"), ("nginx_http_log_format", "mine '$status ' '$request'")).Logs;

        Assert.True(logs.ProxyAccess.IsOff);
        Assert.Equal(("/dev/stdout", "mine"), (logs.AdminAccess.Path, logs.AdminAccess.Format));
        Assert.Equal("server=unix:/dev/log", logs.ProxyError.Syslog);
        Assert.Equal("/p/logs/error.log", logs.StreamError.Path);
        Assert.Equal("$status $request", logs.Formats["mine"]);
    }

    private static CertificateFiles Certificate { get; } = TestCertificates.Create();

    private static GatewaySettings Load(params (string Name, string Value)[] settings) =>
        SettingsLoader.From(settings.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private static GatewaySettings Load(SettingSources sources)
    {
        var load = SettingsLoader.Load(sources);
        Assert.Empty(load.Errors);
        return load.Settings!;
    }

    private static IEnumerable<string> Errors(params (string Name, string Value)[] settings) => SettingsLoader.Load(new SettingSources
    {
        SearchFile = false,
        Arguments = settings.ToDictionary(pair => pair.Name, pair => pair.Value),
    }).Errors;

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
