using System.Security.Cryptography.X509Certificates;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>A gateway with plugins in Lua before a service that tells back what it got.</summary>
internal sealed class LuaScene : IAsyncDisposable
{
    private readonly PluginFolder _folder;
    private readonly FakeUpstream _upstream;

    private LuaScene(PluginFolder folder, FakeUpstream upstream, TestGateway gateway)
    {
        _folder = folder;
        _upstream = upstream;
        Gateway = gateway;
    }

    public TestGateway Gateway { get; }

    public HttpClient Client => Gateway.Client;

    public FakeUpstream Upstream => _upstream;

    /// <summary>A gateway with one plugin, <c>probe</c>, whose access phase does this.</summary>
    public static Task<LuaScene> AccessAsync(string body, IReadOnlyDictionary<string, string>? settings = null, X509Certificate2? upstream = null) =>
        StartAsync(new PluginFolder().AddAccess("probe", body), static folder => folder.Load("probe"), settings: settings, certificate: upstream);

    public static async Task<LuaScene> StartAsync(
        PluginFolder folder,
        Func<PluginFolder, IReadOnlyList<Plugin>> load,
        string config = "{}",
        string? withoutConfig = null,
        IReadOnlyDictionary<string, string>? settings = null,
        X509Certificate2? certificate = null)
    {
        FakeUpstream upstream = FakeUpstream.Start(certificate: certificate);
        IReadOnlyList<Plugin> plugins = load(folder);
        string entities = string.Join('\n', plugins.Select(plugin => $"- name: {plugin.Name}\n  config: {(plugin.Name == withoutConfig ? "{}" : config)}"));
        TestGateway gateway = await TestGateway.StartAsync(
            $"""
            _format_version: "3.0"
            services:
            - name: echo
              url: {upstream.Url}
              routes:
              - name: all
                paths: ["/"]
            consumers:
            - username: bob
              custom_id: b1
              id: b0b00000-0000-4000-8000-000000000000
            plugins:
            {entities}
            """,
            settings,
            plugins,
            cancellation: TestContext.Current.CancellationToken);
        return new LuaScene(folder, upstream, gateway);
    }

    public async Task<string> GetAsync(string path = "/")
    {
        using HttpResponseMessage response = await SendAsync(path);

        // Only the log says why.
        Assert.True(response.IsSuccessStatusCode, $"{path} was answered {(int)response.StatusCode}\n{Gateway.ErrorLog}");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SendAsync(string path = "/") =>
        Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }
}
