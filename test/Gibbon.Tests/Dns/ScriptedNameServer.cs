using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Tests.Dns;

/// <summary>A name server on loopback, over UDP and TCP on one port, that answers as a test tells it to: well, badly or not at all.</summary>
internal sealed class ScriptedNameServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _datagrams;
    private readonly TcpListener _streams;
    private readonly Task _work;

    private ScriptedNameServer(Socket datagrams, TcpListener streams)
    {
        _datagrams = datagrams;
        _streams = streams;
        EndPoint = (IPEndPoint)datagrams.LocalEndPoint!;
        _work = Task.WhenAll(ReceiveAsync(), AcceptAsync());
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<Asked> Questions { get; } = new();

    /// <summary>The messages that answer a question; none for silence.</summary>
    public Func<Asked, IEnumerable<byte[]>> Answer { get; set; } = static asked => [asked.Reply().Code(3).Build()];

    /// <summary>Sends from the server's own socket, to whomever.</summary>
    public Socket Datagrams => _datagrams;

    public static ScriptedNameServer Start(Func<Asked, byte[]>? answer = null)
    {
        while (true)
        {
            TcpListener streams = new(IPAddress.Loopback, 0);
            streams.Start();
            Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                datagrams.Bind(streams.LocalEndpoint);
                ScriptedNameServer server = new(datagrams, streams);
                server.Answer = answer is null ? server.Answer : asked => [answer(asked)];
                return server;
            }
            catch (SocketException)
            {
                // Somebody has the port for datagrams.
                datagrams.Dispose();
                streams.Dispose();
            }
        }
    }

    /// <summary>"name type" of each question so far.</summary>
    public string[] Asked() => [.. Questions.Select(static asked => $"{asked.Name} {asked.Type}")];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _datagrams.Dispose();
        _streams.Dispose();
        await _work;
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                Asked asked = new(buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint, OverTcp: false);
                Questions.Enqueue(asked);
                foreach (byte[] message in Answer(asked))
                {
                    await _datagrams.SendToAsync(message, received.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // A client that has gone answers with ICMP; the next one may be there.
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using Socket client = await _streams.AcceptSocketAsync(_stop.Token);
                await using NetworkStream stream = new(client);
                await ServeAsync(stream, (IPEndPoint)client.RemoteEndPoint!);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, IPEndPoint from)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, _stop.Token);
        var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(question, _stop.Token);
        Asked asked = new(question, from, OverTcp: true);
        Questions.Enqueue(asked);
        foreach (byte[] message in Answer(asked))
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
            await stream.WriteAsync(length, _stop.Token);
            await stream.WriteAsync(message, _stop.Token);
        }
    }
}
