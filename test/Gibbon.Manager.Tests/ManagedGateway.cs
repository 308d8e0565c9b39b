using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Cli;
using Gibbon.Loopback;
using Gibbon.Settings;

namespace Gibbon.Manager.Tests;

/// <summary>A gateway with its manager, as the executable has it, on ports of the system's choice.</summary>
public sealed class ManagedGateway : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly string _prefix;
    private readonly int[] _ports;
    private readonly (string Name, string Value)[] _settings;
    private GatewayHost? _host;

    private ManagedGateway(string prefix, int[] ports, (string Name, string Value)[] settings)
    {
        _prefix = prefix;
        _ports = ports;
        _settings = settings;
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}"), Timeout = TimeSpan.FromMinutes(2) };
        Proxy = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };
    }

    public HttpClient Admin { get; }

    public HttpClient Proxy { get; }

    public string Url => $"http://127.0.0.1:{_ports[2]}";

    public int ProxyPort => _ports[0];

    /// <summary>Starts one with an embedded database and nothing in it, unless the settings say something else.</summary>
    public static async Task<ManagedGateway> StartAsync(params (string Name, string Value)[] settings)
    {
        for (int attempt = 1; ; attempt++)
        {
            var gateway = new ManagedGateway(Directory.CreateTempSubdirectory("gibbon-manager-").FullName, FreePorts.Take(3), settings);
            try
            {
                await gateway.StartAsync();
                return gateway;
            }
            catch (InvalidOperationException failure) when (attempt < Attempts && failure.Message.Contains("in use", StringComparison.Ordinal))
            {
                // Somebody took a port in the meantime: others, then.
                await gateway.DisposeAsync();
            }
            catch
            {
                await gateway.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts one without a database, whose entities a file declares.</summary>
    public static async Task<ManagedGateway> DeclaredAsync(string configuration)
    {
        string file = Path.Combine(Path.GetTempPath(), $"gibbon-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, configuration);
        try
        {
            return await StartAsync(("database", "off"), ("declarative_config", file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Starts it again where it was, after <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["prefix"] = _prefix,
            ["database"] = "sqlite",
            ["proxy_listen"] = $"127.0.0.1:{_ports[0]}",
            ["admin_listen"] = $"127.0.0.1:{_ports[1]}",
            ["status_listen"] = "off",
            ["admin_gui_listen"] = $"127.0.0.1:{_ports[2]}",
            ["nginx_worker_processes"] = "1",
        };
        foreach ((string name, string value) in _settings)
        {
            all[name] = value;
        }

        GatewaySettings settings = SettingsLoader.From(all);
        Assert.Null(PrefixDirectory.Prepare(settings));
        _host = await GatewayHost.StartAsync(DefaultCertificates.Ensure(settings), Installed.Parts with { Plugins = Gibbon.Plugins.BundledPlugins.Create() }, CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host = null;
        }
    }

    /// <summary>Waits until a log holds a text, and gives the line.</summary>
    public async Task<string> LogLineAsync(string file, string containing)
    {
        string path = Path.Combine(_prefix, "logs", file);
        for (int attempt = 0; attempt < 1200; attempt++)
        {
            if (File.Exists(path))
            {
                await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using StreamReader reader = new(stream);
                if ((await reader.ReadToEndAsync()).Split('\n').FirstOrDefault(line => line.Contains(containing, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"no line with \"{containing}\" in {path}");
    }

    /// <summary>Asks the Admin API for something, which must succeed.</summary>
    public async Task<string> SendAsync(string method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = await Admin.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Admin.Dispose();
        Proxy.Dispose();
        Directory.Delete(_prefix, recursive: true);
    }
}
