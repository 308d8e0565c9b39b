using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gibbon.Loopback;

namespace Gibbon.Tests.Cli;

public sealed class NodeLifeTests : IDisposable
{
    private readonly KongProgram kong = new();

    public void Dispose() => kong.Dispose();

    [Fact]
    public void Start_says_which_database_and_prefix_and_where_to_knock()
    {
        var port = FreePorts.One();
        var result = kong.Run("start", ("KONG_PROXY_LISTEN", $"0.0.0.0:{port}"), ("KONG_DATABASE", null));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("  database  sqlite (no pg_* is set)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  prefix    {kong.Prefix} (set by KONG_PREFIX)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  proxy     http://localhost:{port}\n", result.Output, StringComparison.Ordinal);
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
    }

    [Fact]
    public async Task A_drained_node_says_that_it_is_not_ready_and_goes_on_serving()
    {
        var (port, status) = (FreePorts.One(), FreePorts.One());
        (string, string?)[] node = [("KONG_PROXY_LISTEN", $"127.0.0.1:{port}"), ("KONG_STATUS_LISTEN", $"127.0.0.1:{status}"), ("KONG_DATABASE", "sqlite")];
        Assert.Equal($"Failed to send request to http://127.0.0.1:{status}/status/ready: connection refused\n", kong.Run("drain", node).Output);
        kong.Run("start", node);
        using var client = new HttpClient();
        Assert.Equal((HttpStatusCode.OK, "{\"message\":\"ready\"}"), await AskAsync());
        using (var wrong = await client.PostAsync($"http://127.0.0.1:{status}/status/ready", new StringContent("{}", System.Text.Encoding.UTF8, "application/json")))
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var drained = kong.Run("drain", node);
        Assert.Equal((0, "Kong's status successfully changed to 'draining'\n"), (drained.ExitCode, drained.Output));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "{\"message\":\"draining\"}"), await AskAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"http://127.0.0.1:{port}/")).StatusCode);

        async Task<(HttpStatusCode, string)> AskAsync()
        {
            using var answer = await client.GetAsync($"http://127.0.0.1:{status}/status/ready");
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public void The_pid_file_names_the_gateway_while_it_runs()
    {
        kong.Run("start");
        var file = Path.Combine(kong.Prefix, "pids/nginx.pid");
        var process = File.ReadAllText(file).Trim();

        Assert.StartsWith("/", File.ReadAllText($"/proc/{process}/cmdline"), StringComparison.Ordinal);
        Assert.Contains($"--prefix\0{kong.Prefix}\0", File.ReadAllText($"/proc/{process}/cmdline"), StringComparison.Ordinal);
        kong.Run("stop");
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_stale_pid_file_does_not_keep_a_node_from_starting()
    {
        kong.Run("prepare");
        File.WriteAllText(Path.Combine(kong.Prefix, "pids/nginx.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        Assert.Equal($"Kong is not running at {kong.Prefix}", kong.Run("health").Message);
        Assert.Equal(0, kong.Run("start").ExitCode);
    }

    [Fact]
    public void A_port_in_use_is_one_line_and_nothing_is_left_running()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = kong.Run("start", ("KONG_ADMIN_LISTEN", $"127.0.0.1:{port}"));

        Assert.Equal($"admin_listen: bind() to 127.0.0.1:{port} failed (98: Address already in use)", result.Message);
        Assert.Equal(1, kong.Run("health").ExitCode);
        Assert.False(File.Exists(Path.Combine(kong.Prefix, ".kong_env")));
        listener.Stop();
    }

    [Fact]
    public void A_bad_certificate_path_is_one_line() => Assert.Equal(
        "ssl_cert: failed loading certificate from /nope.crt (no such file)",
        kong.Run("start", ("KONG_PROXY_LISTEN", "127.0.0.1:0 ssl"), ("KONG_SSL_CERT", "/nope.crt"), ("KONG_SSL_CERT_KEY", "/nope.key")).Message);

    [Fact]
    public void A_malformed_file_is_one_line_with_its_place()
    {
        var file = kong.Write("kong.conf", "log_level = info\nwhat is this\n");
        Assert.Equal($"{file}:2: expected 'name = value', got 'what is this'", kong.Run($"start -c {file}").Message);
    }

    [Fact]
    public void A_log_in_a_directory_that_does_not_exist_is_one_line()
    {
        var message = kong.Run("start", ("KONG_PROXY_ERROR_LOG", "/nowhere/error.log")).Message;
        Assert.Equal($"cannot prepare prefix directory {kong.Prefix}: Could not find a part of the path '/nowhere/error.log'.", message);
    }

    [Fact]
    public void In_the_foreground_the_process_itself_becomes_the_gateway_and_heeds_signals()
    {
        using var node = kong.Start("start", ("KONG_NGINX_DAEMON", "off"));
        var file = Path.Combine(kong.Prefix, "pids/nginx.pid");
        Assert.True(SpinWait.SpinUntil(() => kong.Run("health").ExitCode == 0, TimeSpan.FromSeconds(120)));

        Assert.Equal(node.Id, int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
        Assert.Contains("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1\0", File.ReadAllText($"/proc/{node.Id}/environ"), StringComparison.Ordinal);
        Assert.Equal("Kong stopped (gracefully)\n", kong.Run("quit --timeout 60").Output);
        Assert.True(node.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, node.ExitCode);
    }

    [Fact]
    public void A_node_heeds_signals_that_whoever_started_it_does_not()
    {
        // So does a shell start what it does not wait for.
        Assert.Equal(0, kong.RunAfter("trap '' HUP INT QUIT TERM", "start").ExitCode);
        Assert.Equal("Kong stopped (gracefully)\n", kong.Run("quit --timeout 60").Output);
    }

    [Fact]
    public void Secrets_are_gone_with_the_node()
    {
        kong.Run("start", ("KONG_PG_PASSWORD", "hush-hush"));
        var secrets = Path.Combine(kong.Prefix, ".kong_process_secrets");
        Assert.True(File.Exists(secrets));
        kong.Run("stop");
        Assert.False(File.Exists(secrets));
    }

    [Fact]
    public void A_setting_without_effect_is_named_and_does_not_keep_the_node_from_starting()
    {
        var result = kong.Run("start", ("KONG_NGINX_HTTP_GZIP", "on"));
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("[warn] accepted, but without effect in this gateway: nginx_http_gzip\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vault_entity_of_the_database_is_asked_by_its_prefix()
    {
        string file = kong.Write("vaults.yml", "_format_version: '3.0'\nvaults:\n- {prefix: mine, name: env, config: {prefix: MY_}}\n");
        (string, string?)[] node = [("KONG_DATABASE", "sqlite"), ("MY_TOKEN", "s3cr3t")];
        Assert.Equal(0, kong.Run($"config db_import {file}", node).ExitCode);

        Assert.Equal("s3cr3t\n", kong.Run("vault get mine/token", node).Output);
        Assert.Equal("could not find vault (yours)", kong.Run("vault get yours/token", node).Message);
        Assert.Equal("the 'get' command needs a <reference> argument \nkong vault get <reference>", kong.Run("vault get", node).Message);
    }

    [Fact]
    public void The_sample_configuration_is_a_valid_file_that_changes_nothing()
    {
        var file = Path.Combine(kong.Folder, "sample.conf");
        Assert.Equal(0, kong.Run($"config default {file}").ExitCode);
        Assert.Equal($"configuration at {file} is valid\n", kong.Run($"check {file}").Output);
        var uncommented = string.Join('\n', File.ReadAllLines(file).Select(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) ? line[1..] : line));
        kong.Write("sample.conf", uncommented.Replace(new string('#', 77), "", StringComparison.Ordinal));
        Assert.Equal((0, ""), (kong.Run($"check {file}") is var check ? check.ExitCode : 0, check.Error));
    }
}
