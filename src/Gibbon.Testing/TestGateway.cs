using System.Net;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins;
using Gibbon.Settings;

namespace Gibbon.Testing;

/// <summary>
/// The whole gateway inside a test: real listeners on loopback, on ports that the operating system chose, in a working directory of its own
/// that goes with it. Several may run side by side.
/// </summary>
/// <example>
/// <code>
/// await using var upstream = FakeUpstream.Start();
/// await using var gateway = await TestGateway.StartAsync($"""
///     _format_version: "3.0"
///     services:
///     - name: orders
///       url: {upstream.Url}
///       routes:
///       - name: orders
///         paths: [/orders]
///     """);
/// using var response = await gateway.Client.GetAsync("/orders/1");
/// </code>
/// </example>
public sealed class TestGateway : IAsyncDisposable
{
    private readonly GatewayHost _host;
    private readonly string _prefix;
    private readonly IReadOnlyList<Plugin> _plugins;

    private TestGateway(GatewayHost host, string prefix, IReadOnlyList<Plugin> plugins)
    {
        _host = host;
        _prefix = prefix;
        _plugins = plugins;
        ProxyPort = host.ProxyEndPoints is [IPEndPoint first, ..] ? first.Port : 0;
        ProxyTlsPort = host.ProxyEndPoints is [_, IPEndPoint second, ..] ? second.Port : 0;
        AdminPort = host.AdminPort;
        StatusPort = host.StatusPort;
        Client = ClientFor(ProxyPort);
        Admin = ClientFor(AdminPort);
    }

    /// <summary>The port on 127.0.0.1 of the proxy, in the clear: HTTP/1.1, and HTTP/2 with prior knowledge. With a <c>proxy_listen</c> of your own, its first; 0 when nothing is proxied.</summary>
    public int ProxyPort { get; }

    /// <summary>The port on 127.0.0.1 of the proxy with TLS: HTTP/1.1 and HTTP/2 by ALPN. With a <c>proxy_listen</c> of your own, its second, or 0.</summary>
    public int ProxyTlsPort { get; }

    /// <summary>The port on 127.0.0.1 of the Admin API; 0 when a setting has turned it off.</summary>
    public int AdminPort { get; }

    /// <summary>The port on 127.0.0.1 of the Status API; 0 when a setting has turned it off.</summary>
    public int StatusPort { get; }

    /// <summary>The port on which a control plane waits for data planes, whichever the operating system chose.</summary>
    internal int ClusterPort => _host.ClusterPort;

    /// <summary>Opens the logs anew, as SIGUSR1 does after a rotation.</summary>
    internal void ReopenLogs() => _host.ReopenLogs();

    /// <summary>The gateway's working directory: its logs are in <c>logs</c>.</summary>
    public string Prefix => _prefix;

    /// <summary>A client of the proxy: paths are relative to it. It follows no redirects, keeps no cookies and decompresses nothing.</summary>
    public HttpClient Client { get; }

    /// <summary>A client of the Admin API.</summary>
    public HttpClient Admin { get; }

    /// <summary>Starts a gateway without a database.</summary>
    /// <param name="configuration">The declarative configuration: the text of a <c>kong.yml</c>.</param>
    /// <param name="settings">Settings as in <c>kong.conf</c>, beyond those that make it a gateway on loopback; they win over those.</param>
    /// <param name="plugins">Plugins of your own, beside the bundled ones, or in the place of one of the same name; they are enabled, and end with the gateway.</param>
    /// <param name="loaders">What makes plugins in other languages; the setting <c>plugins</c> says which.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message is what the command line would say.</exception>
    /// <exception cref="InvalidOperationException">The configuration is wrong; the message lists the errors as Kong does.</exception>
    public static async Task<TestGateway> StartAsync(
        string configuration,
        IReadOnlyDictionary<string, string>? settings = null,
        IReadOnlyList<Plugin>? plugins = null,
        IReadOnlyList<PluginLoader>? loaders = null,
        CancellationToken cancellation = default)
    {
        var parts = new GatewayParts { Loaders = loaders ?? [], Plugins = [.. BundledPlugins.Create((loaders ?? []).OfType<ILua>().FirstOrDefault()).ExceptBy((plugins ?? []).Select(plugin => plugin.Name), plugin => plugin.Name), .. plugins ?? []] };
        if (plugins is { Count: > 0 })
        {
            var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>(), StringComparer.Ordinal);
            all.TryAdd("plugins", string.Join(',', plugins.Select(plugin => plugin.Name).Prepend("bundled")));
            settings = all;
        }

        var prefix = Directory.CreateTempSubdirectory("gibbon-test-").FullName;
        try
        {
            var host = await GatewayHost.StartAsync(Prepare(configuration, settings, prefix), parts, cancellation);
            return new TestGateway(host, prefix, plugins ?? []);
        }
        catch
        {
            await EndAsync(plugins ?? []);
            Directory.Delete(prefix, recursive: true);
            throw;
        }
    }

    /// <summary>Replaces the whole configuration through the Admin API; when this returns it is live.</summary>
    /// <param name="configuration">The text of a <c>kong.yml</c>.</param>
    /// <exception cref="InvalidOperationException">It was refused, and the old one stays; the message is the Admin API's answer.</exception>
    public async Task LoadAsync(string configuration)
    {
        using var content = new StringContent(configuration, Encoding.UTF8, "text/yaml");
        using var response = await Admin.PostAsync("/config", content);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException($"POST /config: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Reloads as SIGHUP does: reads the declarative configuration again, and takes over settings that differ.</summary>
    /// <param name="configuration">The declarative configuration from now on.</param>
    /// <param name="settings">Settings as in <c>kong.conf</c>, in place of those it was started with.</param>
    /// <exception cref="ArgumentException">A setting is wrong; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The configuration is wrong; nothing has changed.</exception>
    public Task ReloadAsync(string configuration, IReadOnlyDictionary<string, string>? settings = null) =>
        _host.ReloadAsync(Prepare(configuration, settings, _prefix));

    /// <summary>The text of the error log so far, with every line that was written before it was asked for.</summary>
    public string ErrorLog
    {
        get
        {
#pragma warning disable RS0030 // The log's own thread completes it, and a property cannot be awaited.
            _host.FlushErrorLogAsync().Wait(TimeSpan.FromSeconds(60));
#pragma warning restore RS0030
            using var log = new FileStream(
                Path.Combine(_prefix, "logs", "error.log"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(log);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Stops the gateway and removes its working directory.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        await _host.StopAsync();
        await EndAsync(_plugins);
        Directory.Delete(_prefix, recursive: true);
    }

    private static GatewaySettings Prepare(string configuration, IReadOnlyDictionary<string, string>? settings, string prefix)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["prefix"] = prefix,
            ["database"] = "off",
            ["declarative_config_string"] = configuration,
            ["proxy_listen"] = "127.0.0.1:0, 127.0.0.1:0 http2 ssl",
            ["admin_listen"] = "127.0.0.1:0",
            ["status_listen"] = "127.0.0.1:0",
            ["admin_gui_listen"] = "off",
            ["nginx_worker_processes"] = "1",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            all[name] = value;

        var loaded = SettingsLoader.From(all);
        return PrefixDirectory.Prepare(loaded) is { } error ? throw new InvalidOperationException(error) : DefaultCertificates.Ensure(loaded);
    }

    private static async Task EndAsync(IReadOnlyList<Plugin> plugins)
    {
        foreach (var plugin in plugins.OfType<IAsyncDisposable>())
            await plugin.DisposeAsync();
    }

    private static HttpClient ClientFor(int port) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        };
}
