using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Clustering;
using Gibbon.Clustering.Rpc;
using Gibbon.Clustering.Wire;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Benchmarks.Crowd;

/// <summary>A data plane that is none: of what it is told it looks at the end only, where it says what that is called, and which call it is.</summary>
internal sealed class CrowdPlane(int port, X509Certificate2 certificate)
{
    private const int Tail = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _id = Guid.NewGuid().ToString();
    private TaskCompletionSource<long>? _next;
    private WebSocketConnection? _connection;
    private string? _hash;

    /// <summary>Done when it has everything.</summary>
    public Task Joined => _joined.Task;

    /// <summary>The bytes of messages that it has got.</summary>
    public long Received { get; private set; }

    /// <summary>When the next change has been taken; fails when the connection has ended.</summary>
    public Task<long> NextAsync()
    {
        TaskCompletionSource<long> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _next, next);
        return next.Task;
    }

    public async ValueTask ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        SslStream tls = new(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "kong_clustering",
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
#pragma warning disable CA5359 // It is asked for figures, not for secrets.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        }).ConfigureAwait(false);
        string request = $"GET /v1/outlet?node_id={_id}&node_hostname=crowd&node_version={KongVersion.Current} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request)).ConfigureAwait(false);
        WireReader reader = new(tls);
        if (await reader.ReadHeadAsync(CancellationToken.None).ConfigureAwait(false) is not { } head || !head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new InvalidDataException("the control plane does not let in");
        }

        _connection = new WebSocketConnection(tls, reader, isClient: true, int.MaxValue);
        ValueMap info = new()
        {
            ["type"] = "basic_info",
            ["plugins"] = new ValueList(Plugins.BundledPlugins.Create().Select(static plugin => (object?)new ValueMap { ["name"] = plugin.Name, ["version"] = plugin.Version })),
            ["process_conf"] = new ValueMap(),
            ["gibbon"] = GibbonMark.Member,
        };
        await SendAsync(ValueJson.Write(info)).ConfigureAwait(false);
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        string problem = "";
        while (problem.Length == 0)
        {
            Result<WebSocketMessage> received = await _connection!.ReceiveAsync(Patience, CancellationToken.None).ConfigureAwait(false);
            if (!received.IsOk || received.Value.Opcode == WebSocketOpcode.Close)
            {
                problem = received.Error ?? "closed";
            }
            else if (received.Value.Opcode == WebSocketOpcode.Ping)
            {
                await SendAsync([], WebSocketOpcode.Pong).ConfigureAwait(false);
            }
            else if (received.Value.Opcode == WebSocketOpcode.Binary)
            {
                Received += received.Value.Payload.Length;
                await TakeAsync(received.Value.Payload).ConfigureAwait(false);
            }
        }

        InvalidDataException failure = new("a data plane's connection has ended: " + problem);
        _joined.TrySetException(failure);
        Volatile.Read(ref _next)?.TrySetException(failure);
    }

    private async ValueTask TakeAsync(byte[] payload)
    {
        long now = Stopwatch.GetTimestamp();
        if (GibbonMark.Read(payload) is not null)
        {
            await AskAsync().ConfigureAwait(false);
            return;
        }

        (bool isCall, string? hash, long id) = Look(payload);
        if (isCall)
        {
            _hash = hash;
            Interlocked.Exchange(ref _next, null)?.TrySetResult((long)(now * (1e9 / Stopwatch.Frequency)));
            await SendAsync(Snappy.Compress(Encoding.ASCII.GetBytes($"{{\"jsonrpc\":\"2.0\",\"result\":\"{hash}\",\"id\":{id}}}"))).ConfigureAwait(false);
        }
        else if (hash is null)
        {
            throw new InvalidDataException("the control plane has refused");
        }
        else if (hash == _hash)
        {
            _joined.TrySetResult();
        }
        else
        {
            // Which tells the control plane that it has it.
            _hash = hash;
            await AskAsync().ConfigureAwait(false);
        }
    }

    private ValueTask AskAsync()
    {
        ValueMap known = new() { ["version"] = _hash is null ? 0 : SyncHash.Version(_hash), ["hash"] = _hash };
        return SendAsync(Snappy.Compress(ValueJson.Write(new ValueMap
        {
            ["jsonrpc"] = "2.0",
            ["method"] = SyncMethods.GetDelta,
            ["params"] = new ValueList { new ValueMap { ["default"] = known } },
            ["id"] = 0L,
        })));
    }

    private async ValueTask SendAsync(byte[] payload, WebSocketOpcode opcode = WebSocketOpcode.Binary) =>
        await _connection!.SendAsync(opcode, payload, Patience, CancellationToken.None).ConfigureAwait(false);

    private static (bool IsCall, string? Hash, long Id) Look(byte[] payload)
    {
        byte[] text = Gzip.Is(payload) ? Ends(payload) : Snappy.TryDecompress(payload, int.MaxValue, out byte[]? all) ? all : throw new InvalidDataException("no message");
        ReadOnlySpan<byte> tail = text.AsSpan(Math.Max(0, text.Length - Tail));
        int place = tail.LastIndexOf("\"hash\":\""u8);
        string? hash = place < 0 ? null : Encoding.ASCII.GetString(tail.Slice(place + 8, 32));
        int number = tail.LastIndexOf("\"id\":"u8);
        long id = Utf8Parser.TryParse(tail[(number + 5)..], out long read, out _) ? read : 0;
        return (text.AsSpan(0, Math.Min(text.Length, 40)).IndexOf("\"method\""u8) > 0, hash, id);
    }

    // The first bytes and the last of a long text.
    private static byte[] Ends(byte[] payload)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            using GZipStream gzip = new(new MemoryStream(payload), CompressionMode.Decompress);
            byte[] head = [];
            byte[] tail = [];
            int read;
            while ((read = gzip.Read(block)) > 0)
            {
                head = head.Length >= Tail ? head : [.. head, .. block.AsSpan(0, Math.Min(read, Tail))];
                tail = read >= Tail ? block[(read - Tail)..read] : [.. tail.AsSpan(Math.Max(0, tail.Length + read - Tail)), .. block.AsSpan(0, read)];
            }

            return [.. head, .. tail];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
