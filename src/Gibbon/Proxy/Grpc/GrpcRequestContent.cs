using System.Net;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Grpc;

/// <summary>The client's body on its way to the upstream, piece by piece as it comes, while the answer may flow back already.</summary>
internal sealed class GrpcRequestContent(GrpcCall call, MessageBody body) : HttpContent
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>Completes when the body is no longer read.</summary>
    public Task Ended => Volatile.Read(ref _started) == 0 ? Task.CompletedTask : _ended.Task;

    /// <summary>Forbids a reading that has not begun.</summary>
    public void Close()
    {
        if (Interlocked.CompareExchange(ref _started, 1, 0) == 0) _ended.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The client may try again on another connection; a body that was read cannot be sent twice.
        if (Interlocked.Exchange(ref _started, 1) != 0) throw new IOException("the request body was sent already");

        var flushed = false;
        try
        {
            while (true)
            {
                ValueTask<BodyRead> next = body.ReadAsync();

                // The client library holds the head back until something follows; an upstream may speak first.
                if (!next.IsCompleted && !flushed) await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                flushed = true;
                BodyRead read = await next.ConfigureAwait(false);
                if (read.State == BodyState.Failed) throw new IOException("the request body could not be read");
                if (!read.Data.IsEmpty) await SendAsync(stream, read.Data, cancellationToken).ConfigureAwait(false);
                if (read.State == BodyState.Last) break;
            }

            call.RequestSent();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return length >= 0;
    }

    private async ValueTask SendAsync(Stream stream, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        call.StartSending();
        await stream.WriteAsync(data, cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
        call.StopSending();
    }
}
