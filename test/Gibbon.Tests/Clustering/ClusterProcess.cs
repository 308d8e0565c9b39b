using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Loopback;
using Gibbon.Tests.Cli;

namespace Gibbon.Tests.Clustering;

/// <summary>A node of a cluster as a process of its own, started by the command line, which can be killed and started again.</summary>
internal sealed class ClusterProcess : IDisposable
{
    private const int Attempts = 5;

    private readonly KongProgram _program = new();
    private readonly Dictionary<string, string?> _variables;
    private readonly HttpClient _client = new();

    private ClusterProcess(string role, IEnumerable<(string Name, string Value)> others)
    {
        string certificate = _program.Write("cluster.crt", ClusterCertificates.Pem(ClusterCertificates.Shared));
        string key = _program.Write("cluster.key", ClusterCertificates.KeyPem(ClusterCertificates.Shared));
        _variables = new Dictionary<string, string?>
        {
            ["KONG_ROLE"] = role,
            ["KONG_CLUSTER_CERT"] = certificate,
            ["KONG_CLUSTER_CERT_KEY"] = key,
            ["KONG_LOG_LEVEL"] = "info",
            ["KONG_DB_UPDATE_FREQUENCY"] = "0.2",
        };
        foreach (var (name, value) in others)
        {
            _variables[name] = value;
        }
    }

    public int Port { get; private set; }

    public int ClusterPort { get; private set; }

    public string Prefix => _program.Prefix;

    public static ClusterProcess ControlPlane(params IEnumerable<(string Name, string Value)> others)
    {
        ClusterProcess process = new("control_plane", others);
        process.StartOnFreePorts(ports => new()
        {
            ["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{ports[0]}",
            ["KONG_CLUSTER_LISTEN"] = $"127.0.0.1:{ports[1]}",
            ["KONG_DATABASE"] = process._variables.GetValueOrDefault("KONG_DATABASE") ?? "sqlite",
        });
        return process;
    }

    public static ClusterProcess DataPlane(int clusterPort, params IEnumerable<(string Name, string Value)> others)
    {
        ClusterProcess process = new("data_plane", [("KONG_CLUSTER_CONTROL_PLANE", $"127.0.0.1:{clusterPort}"), .. others]);
        process.StartOnFreePorts(static ports => new() { ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{ports[0]}" });
        return process;
    }

    /// <summary>Starts it again where it was.</summary>
    public void Start()
    {
        ProgramResult result = Run();
        Assert.True(result.ExitCode == 0, result.Error);
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public void Kill()
    {
        using Process node = Process.GetProcessById(
            int.Parse(File.ReadAllText(Path.Combine(Prefix, "pids", "nginx.pid")).Trim(), CultureInfo.InvariantCulture));
        node.Kill();
        node.WaitForExit();
    }

    public void Stop() => _program.Run("stop");

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync($"http://127.0.0.1:{Port}{path}");

    public async Task PostAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.PostAsync($"http://127.0.0.1:{Port}{path}", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task AnswersAsync(string path, HttpStatusCode status) => ClusterScene.Eventually(
        async () => (await GetAsync(path)).StatusCode == status, $"{path} is answered with {status}");

    public void Dispose()
    {
        _client.Dispose();
        _program.Dispose();
    }

    private ProgramResult Run() => _program.Run("start", _variables.Select(static pair => (pair.Key, pair.Value)));

    private void StartOnFreePorts(Func<int[], Dictionary<string, string?>> listen)
    {
        for (int attempt = 1; ; attempt++)
        {
            int[] ports = FreePorts.Take(2);
            foreach (var (name, value) in listen(ports))
            {
                _variables[name] = value;
            }

            (Port, ClusterPort) = (ports[0], ports[1]);
            ProgramResult result = Run();
            if (result.ExitCode == 0)
            {
                return;
            }

            Assert.True(attempt < Attempts, result.Error);
        }
    }
}
