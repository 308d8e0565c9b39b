using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Gibbon.Proxy.Listeners;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gibbon.Proxy.Http2;

/// <summary>A client's connection as Kestrel sees it: a stream of bytes, in clear or behind TLS, with the client's addresses.</summary>
internal sealed class Http2ConnectionContext : ConnectionContext, IMemoryPoolFeature
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closed = new();
    private readonly ClientConnection _client;

    public Http2ConnectionContext(ClientConnection client, Stream stream)
    {
        _client = client;
        ConnectionId = client.Id.ToString(CultureInfo.InvariantCulture);
        ConnectionClosed = _closed.Token;
        RemoteEndPoint = client.RemoteEndPoint;
        LocalEndPoint = client.LocalEndPoint;
        Transport = new Pipes(stream);
        Features.Set(client);
        Features.Set<IMemoryPoolFeature>(this);
        if (client.Tls is { } tls)
        {
            var feature = new TlsFeature(tls);
            Features.Set<ITlsConnectionFeature>(feature);
            Features.Set<ITlsHandshakeFeature>(feature);
            Features.Set<ITlsApplicationProtocolFeature>(feature);
        }
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public System.Buffers.MemoryPool<byte> MemoryPool => BlockPool.Instance;

    /// <summary>Completes when Kestrel is done with the connection.</summary>
    public Task Ended => _ended.Task;

    public override void Abort(ConnectionAbortedException abortReason) => _client.Abort();

    public override async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        _ended.TrySetResult();
    }

    private sealed class Pipes(Stream stream) : IDuplexPipe
    {
        private const int BlockSize = 16 * 1024;

        public PipeReader Input { get; } =
            PipeReader.Create(stream, new StreamPipeReaderOptions(BlockPool.Instance, BlockSize, leaveOpen: true));

        public PipeWriter Output { get; } =
            PipeWriter.Create(stream, new StreamPipeWriterOptions(BlockPool.Instance, BlockSize, leaveOpen: true));
    }
}
