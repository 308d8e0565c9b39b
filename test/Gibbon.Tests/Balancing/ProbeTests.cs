using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing;
using Gibbon.Balancing.Health;
using Gibbon.Balancing.Probes;
using Gibbon.Balancing.Recording;
using Gibbon.Certificates;
using Gibbon.Dns;
using Gibbon.Pdk.Entities;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.PluginRuntime;
using Gibbon.Tests.Proxy.Grpc;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Tests.Balancing;

/// <summary>Probes of real servers, on a clock that the tests move.</summary>
public sealed class ProbeTests
{
    private readonly ManualTime _time = new();

    public ProbeTests() => _time.Advance(TimeSpan.FromSeconds(1));

    [Fact]
    public async Task A_flapping_target_is_in_the_recorder_as_it_was_scripted()
    {
        int[] script = [200, 500, 200, 500, 503, 404, 200, 302, 500, 200];
        ConcurrentQueue<int> left = new(script);
        await using var upstream = FakeUpstream.Start(_ => new UpstreamAnswer { Status = left.TryDequeue(out int status) ? status : 200 });
        Upstream entity = Probed(HealthcheckType.Http) with { HostHeader = "flapping.test" };
        Balancer balancer = BalancerScene.Of(entity, _time, ($"127.0.0.1:{upstream.Port}", 100));
        TargetAddress address = balancer.At(upstream.Port);
        await using Upkeep upkeep = Keep(balancer);

        for (int i = 1; i <= script.Length; i++)
        {
            await PassAsync(() => address.State.Recorder.Probes.Length == i);
        }

        Assert.Equal(script, address.State.Recorder.Probes.Select(static probe => probe.Status));
        Assert.Equal(
            [
                "Healthy > MostlyHealthy, http probe: status 500 (1/2)",
                "MostlyHealthy > Unhealthy, http probe: status 503 (2/2)",
                "Unhealthy > MostlyUnhealthy, http probe: status 200 (1/2)",
                "MostlyUnhealthy > Healthy, http probe: status 302 (2/2)",
                "Healthy > MostlyHealthy, http probe: status 500 (1/2)",
            ],
            address.State.Recorder.Transitions.Select(static step => $"{step.Before} > {step.After}, {step.Cause}"));
        ReceivedRequest asked = upstream.Requests[0];
        Assert.Equal(("GET", "/alive", "flapping.test", "1, 2"), (asked.Method, asked.Target, asked.Header("Host"), asked.Header("X-Probe")));
    }

    [Fact]
    public async Task A_target_that_is_gone_is_out_and_one_that_is_back_is_taken_back()
    {
        await using var upstream = FakeUpstream.Start();
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        Balancer balancer = BalancerScene.Of(Probed(HealthcheckType.Tcp), _time, ($"127.0.0.1:{port}", 100), ($"127.0.0.1:{upstream.Port}", 100));
        await using Upkeep upkeep = Keep(balancer);

        await PassAsync(() => !balancer.At(port).IsAvailable);
        Assert.True(balancer.At(upstream.Port).IsAvailable);
        Assert.All(balancer.At(port).State.Recorder.Probes, static probe => Assert.Equal((HealthEvent?)HealthEvent.TcpFailure, probe.Event));

        taken.Listen();
        await PassAsync(() => balancer.At(port).IsAvailable);
    }

    [Fact]
    public async Task A_target_that_says_nothing_times_out()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        ProbeRecord record = await ProbeAsync(Probed(HealthcheckType.Http) with { }, port, timeout: 0.2);

        Assert.Equal((HealthEvent?)HealthEvent.Timeout, record.Event);
        Assert.Equal("timeout", record.Error);
    }

    [Theory]
    [InlineData("220 mail.test\r\n", HealthEvent.HttpFailure)]
    [InlineData("HTTP/1.1 teapot\r\n", HealthEvent.HttpFailure)]
    [InlineData("HTTP/1.0 200\r\n", HealthEvent.Success)]
    [InlineData("HTTP/1.1 418 Teapot\r\n", null)]
    internal async Task Only_the_status_line_matters(string answer, HealthEvent? expected)
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Raw(answer));

        Assert.Equal(expected, (await ProbeAsync(Probed(HealthcheckType.Http), upstream.Port)).Event);
    }

    [Theory]
    [InlineData(false, "other.test", false, HealthEvent.Success)]
    [InlineData(true, "probe.test", true, HealthEvent.Success)]
    [InlineData(true, "other.test", true, HealthEvent.TcpFailure)]
    [InlineData(true, "probe.test", false, HealthEvent.TcpFailure)]
    internal async Task Over_TLS_the_name_and_the_authority_are_verified_unless_told_otherwise(bool verify, string name, bool trusted, HealthEvent expected)
    {
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For("probe.test"), out _)!;
        await using var upstream = FakeUpstream.Start(_ => UpstreamAnswer.Text("ok"), own.Leaf);
        Upstream entity = Probed(HealthcheckType.Https, verify, name);

        ProbeRecord record = await ProbeAsync(entity, upstream.Port, new ProbeIdentity(null, trusted ? [own.Leaf] : []));

        Assert.Equal((HealthEvent?)expected, record.Event);
        if (expected == HealthEvent.Success)
        {
            Assert.Equal(name, upstream.Requests[0].ServerName);
        }
    }

    [Fact]
    public async Task A_server_that_demands_a_certificate_sees_that_of_the_probe()
    {
        string? seen = null;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For("probe.test"), out _)!;
        Task serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = own.Leaf,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (seen = certificate?.Subject) is not null,
            });
            _ = await tls.ReadAsync(new byte[4096]);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        }, TestContext.Current.CancellationToken);
        LoadedCertificate client = LoadedCertificate.Load(TestCertificates.For("gateway.test"), out _)!;

        ProbeRecord record = await ProbeAsync(
            Probed(HealthcheckType.Https, verify: false, "probe.test"), ((IPEndPoint)listener.LocalEndpoint).Port, new ProbeIdentity(client, null));

        await serving;
        Assert.Equal((200, "CN=gateway.test"), (record.Status, seen));
    }

    [Theory]
    [InlineData(1, "0", HealthEvent.Success, 200)]
    [InlineData(2, "0", HealthEvent.HttpFailure, 503)]
    [InlineData(0, "12", HealthEvent.HttpFailure, 501)]
    internal async Task A_gRPC_server_is_asked_by_the_health_checking_protocol(int serving, string grpcStatus, HealthEvent expected, int status)
    {
        string? path = null;
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            path = context.Request.Path;
            context.Response.ContentType = "application/grpc";
            if (serving > 0)
            {
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, (byte)serving });
            }

            context.Response.AppendTrailer("grpc-status", grpcStatus);
        });

        ProbeRecord record = await ProbeAsync(Probed(HealthcheckType.Grpc), upstream.Address.Port);

        Assert.Equal(((HealthEvent?)expected, status, "/grpc.health.v1.Health/Check"), (record.Event, record.Status, path));
    }

    [Fact]
    public async Task Over_TLS_a_gRPC_server_is_asked_too()
    {
        await using GrpcUpstream upstream = await GrpcUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, 1 });
            context.Response.AppendTrailer("grpc-status", "0");
        }, "probe.test");

        Assert.Equal((HealthEvent?)HealthEvent.Success, (await ProbeAsync(Probed(HealthcheckType.Grpcs, verify: false, "probe.test"), upstream.Address.Port)).Event);
    }

    [Fact]
    public async Task No_more_targets_are_asked_at_once_than_concurrency_says_however_many_intervals_they_take()
    {
        int now = 0;
        int most = 0;
        TaskCompletionSource patience = new(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<bool> Answer(Stream stream, CancellationToken cancellation)
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await patience.Task.WaitAsync(cancellation);
            Interlocked.Decrement(ref now);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellation);
            return false;
        }

        FakeUpstream[] upstreams = [.. Enumerable.Range(0, 8).Select(_ => FakeUpstream.Start(_ => new UpstreamAnswer { Writer = Answer }))];
        Upstream entity = Probed(HealthcheckType.Http);
        entity = entity with { Healthchecks = entity.Healthchecks with { Active = entity.Healthchecks.Active with { Concurrency = 2, Timeout = 600 } } };
        Balancer balancer = BalancerScene.Of(entity, _time, [.. upstreams.Select(static upstream => ($"127.0.0.1:{upstream.Port}", 100))]);
        await using Upkeep upkeep = Keep(balancer);

        await PassAsync(() => Volatile.Read(ref now) == 2);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        patience.SetResult();
        await PassAsync(() => balancer.Pool.Addresses.All(static address => address.State.Recorder.Probes.Length > 0));

        Assert.Equal(2, most);
        foreach (FakeUpstream upstream in upstreams) await upstream.DisposeAsync();
    }

    [Fact]
    public async Task Names_are_followed_and_the_answers_recorded()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("localhost:1001", 100));
        await using Upkeep upkeep = new(balancer.State.All, new Resolver(new ResolverSettings(), TimeProvider.System), static _ => default, true, null);

        upkeep.Watch([balancer]);
        await balancer.Usable.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal("127.0.0.1:1001", balancer.PickText());
        Assert.Contains("127.0.0.1:1001", Assert.Single(balancer.State.Target(new TargetName("localhost", 1001)).Answers.ToArray()).Addresses);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private static Upstream Probed(HealthcheckType type, bool verify = true, string? sni = null) => new()
    {
        Id = Guid.NewGuid(),
        Name = "u",
        Healthchecks = new Healthchecks
        {
            Active = new ActiveHealthcheck
            {
                Type = type,
                HttpPath = "/alive",
                HttpsSni = sni,
                HttpsVerifyCertificate = verify,
                Timeout = 30,
                Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Probe"] = ["1", "2"] },
                Healthy = new ActiveHealthy { Interval = 1, Successes = 2 },
                Unhealthy = new ActiveUnhealthy { Interval = 1, HttpFailures = 2, TcpFailures = 1, Timeouts = 1 },
            },
        },
    };

    private static Task<ProbeRecord> ProbeAsync(Upstream upstream, int port, ProbeIdentity identity = default, double timeout = 30)
    {
        upstream = upstream with { Healthchecks = upstream.Healthchecks with { Active = upstream.Healthchecks.Active with { Timeout = timeout } } };
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, ($"127.0.0.1:{port}", 100));
        return new Probe(upstream, balancer.At(port), identity, TimeProvider.System).RunAsync(balancer.Health.Active, TestContext.Current.CancellationToken);
    }

    private Upkeep Keep(Balancer balancer)
    {
        Upkeep upkeep = new(balancer.State.All, new Resolver(new ResolverSettings(), _time), static _ => default, probesTcp: true, null);
        upkeep.Watch([balancer]);
        return upkeep;
    }

    // Lets intervals go by, each with its probe done, until something is so.
    private async Task PassAsync(Func<bool> done)
    {
        for (int i = 0; i < 3000 && !done(); i++)
        {
            if (i % 100 == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Delay(10);
        }

        Assert.True(done());
    }
}
