using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

/// <summary>What a request through the whole gateway costs the collector once everything is warm: listeners, router, plugins, log and all.</summary>
[Collection(nameof(AllocationTests))]
public sealed class GatewayAllocationTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int Warm = 300;
    private const int Measured = 500;
    private const int MostRounds = 15;

    private static readonly byte[] Response = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\nX-Up: 1\r\n\r\n" + new string('a', 100));

    [Fact]
    public Task A_proxied_request_allocates_next_to_nothing() => AssertAllocatesAsync(64, "off", "");

    [Fact]
    public Task The_access_log_allocates_next_to_nothing() => AssertAllocatesAsync(64, "logs/access.log", "");

    [Fact]
    public Task Key_auth_and_rate_limiting_stay_within_the_promise() => AssertAllocatesAsync(
        320,
        "off",
        """
        plugins:
        - name: key-auth
        - name: rate-limiting
          config: {policy: local, second: 100000000, hour: 1000000000}
        consumers:
        - username: load
          keyauth_credentials:
          - key: load-key
        """);

    [Theory]
    [InlineData("round-robin")]
    [InlineData("least-connections")]
    [InlineData("latency")]
    [InlineData("consistent-hashing, hash_on: ip")]
    public Task A_request_that_an_upstream_balances_allocates_no_more(string algorithm) => AssertAllocatesAsync(
        64,
        "off",
        $$"""
        upstreams:
        - name: load.up
          algorithm: {{algorithm.Replace(", ", "\n  ")}}
          healthchecks:
            passive:
              healthy: {successes: 1}
              unhealthy: {http_failures: 3, tcp_failures: 3, timeouts: 3}
          targets: [{target: "ORIGIN"}]
        """,
        "load.up");

    private async Task AssertAllocatesAsync(int most, string accessLog, string plugins, string? host = null)
    {
        // Clients and upstreams are blocking calls on raw sockets, which allocate nothing themselves.
        await using var origin = new ScriptedOrigin(peer =>
            Task.Factory.StartNew(() => Answer(peer.Stream), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await using var gateway = await TestGateway.StartAsync(
            $"""
            _format_version: "3.0"
            services:
            - name: load
              url: http://{host ?? origin.EndPoint.ToString()}/base
              routes:
              - name: load
                paths: [/some]
            {plugins.Replace("ORIGIN", origin.EndPoint.ToString(), StringComparison.Ordinal)}
            """,
            new Dictionary<string, string> { ["proxy_access_log"] = accessLog },
            cancellation: TestContext.Current.CancellationToken);
        var clients = new Socket[Clients];
        for (var i = 0; i < Clients; i++)
        {
            clients[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            clients[i].Connect(new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort));
        }

        Load(clients, Warm);

        // Until the compiler has put its last tier in, and pools have grown to what the load needs, requests cost more than they will:
        // what counts is where it settles, and a request that always allocates never gets there.
        var least = double.MaxValue;
        for (var round = 0; round < MostRounds && least >= Bound(most); round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Load(clients, Measured);
            var perRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Measured * Clients);
            output.WriteLine($"{perRequest:F1} bytes per request");
            least = Math.Min(least, perRequest);
        }

        foreach (var client in clients) client.Dispose();
        Assert.True(least < Bound(most), $"{least:F1} bytes per request");
    }

    // Unoptimised code puts every state machine on the heap, whether it waits or not.
    private static int Bound(int most) =>
#if DEBUG
        most + 6000;
#else
        most;
#endif

    private static void Load(Socket[] clients, int rounds)
    {
        var request = "GET /some/path?with=query HTTP/1.1\r\nHost: t.test\r\nUser-Agent: x\r\nAccept: */*\r\napikey: load-key\r\nCookie: a=b\r\n\r\n"u8;
        var buffer = new byte[4096];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var client in clients) client.Send(request);
            foreach (var client in clients) ReceiveAnswer(client, buffer);
        }
    }

    private static void ReceiveAnswer(Socket client, byte[] buffer)
    {
        var count = 0;
        while (true)
        {
            var received = client.Receive(buffer, count, buffer.Length - count, SocketFlags.None);
            if (received == 0) throw new IOException("closed");

            count += received;
            var head = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (head < 0 || count < head + 4 + 100) continue;

            Assert.True(buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8));
            return;
        }
    }

    private static void Answer(Stream stream)
    {
        var buffer = new byte[4096];
        while (stream.Read(buffer) > 0) stream.Write(Response);
    }
}
