using System.Net.Sockets;
using System.Text;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Tests.Proxy;

/// <summary>Tests that count what the whole process allocates must run alone.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTestsRunAlone;

/// <summary>What a request costs the collector once everything is warm.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Clients = 16;
    private const int Warm = 300;
    private const int Measured = 500;
    private const int MostRounds = 40;

    // Unoptimised code puts every state machine on the heap, whether it waits or not.
#if DEBUG
    private const int Most = 3000;
#else
    private const int Most = 32;
#endif

    private static readonly byte[] Request = Encoding.ASCII.GetBytes(
        "GET /some/path?with=query HTTP/1.1\r\nHost: t.test\r\nUser-Agent: x\r\nAccept: */*\r\nX-A: 1\r\nCookie: a=b\r\n\r\n");

    private static readonly byte[] Response = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\nX-Up: 1\r\n\r\n" + new string('a', 100));

    [Fact]
    public async Task A_forwarded_request_allocates_nothing_to_speak_of()
    {
        // Clients and upstreams are blocking calls on raw sockets, which allocate nothing themselves.
        await using var origin = new ScriptedOrigin(peer =>
            Task.Factory.StartNew(() => Answer(peer.Stream), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        using var pool = new UpstreamPool(new UpstreamPoolSettings());
        var handler = new ForwardingHandler(pool.Origin(origin.EndPoint.Address, origin.EndPoint.Port));
        await using var host = new EngineHost(handler);
        var clients = new Socket[Clients];
        for (var i = 0; i < Clients; i++)
        {
            clients[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            clients[i].Connect(host.EndPoint);
        }

        Load(clients, Warm);

        // Until the compiler has put its last tier in, and pools have grown to what the load needs, requests cost more than they will:
        // what counts is where it settles, and a request that always allocates never gets there.
        var least = double.MaxValue;
        for (var round = 0; round < MostRounds && least >= Most; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Load(clients, Measured);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Measured * Clients));
        }

        foreach (var client in clients) client.Dispose();
        Assert.True(least < Most, $"{least:F1} bytes per request");
    }

    private static void Load(Socket[] clients, int rounds)
    {
        var buffer = new byte[4096];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var client in clients) client.Send(Request);
            foreach (var client in clients)
            {
                for (var left = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\nConnection: keep-alive\r\nX-Up: 1\r\n\r\n".Length + 100; left > 0;)
                {
                    var count = client.Receive(buffer, 0, Math.Min(left, buffer.Length), SocketFlags.None);
                    if (count == 0) throw new IOException("closed");
                    left -= count;
                }
            }
        }
    }

    private static void Answer(Stream stream)
    {
        var buffer = new byte[4096];
        while (stream.Read(buffer) > 0) stream.Write(Response);
    }
}
