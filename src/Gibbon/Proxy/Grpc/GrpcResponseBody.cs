using System.Buffers;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Grpc;

/// <summary>The upstream's body as the HTTP client delivers it, each piece as soon as it is there.</summary>
internal sealed class GrpcResponseBody(GrpcCall call, HttpResponseMessage response, Stream stream) : MessageBody
{
    private const int BufferSize = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private ValueTask<int> _first;
    private HeaderTable? _trailers;
    private ProxyError _error;
    private long _read;
    private bool _hasFirst;
    private bool _isComplete;

    public override long Length => _isComplete && _read == 0 ? 0 : response.Content.Headers.ContentLength ?? -1;

    public override bool IsComplete => _isComplete;

    public override long BytesRead => _read;

    public override ProxyError Error => _error;

    public override HeaderTable? Trailers => _trailers;

    /// <summary>Begins the first read, to learn whether the response ended with its head: such an answer stays one frame for the client.</summary>
    public void Prefetch()
    {
#pragma warning disable CA2012 // the first ReadAsync takes it, once
        _first = stream.ReadAsync(_buffer, call.End);
#pragma warning restore CA2012
        _hasFirst = true;
        if (_first.IsCompletedSuccessfully && _first.Result is var count)
        {
            _first = new ValueTask<int>(count);
            if (count == 0) Complete();
        }
    }

    public override ValueTask<BodyRead> ReadAsync()
    {
        if (_isComplete) return new(new BodyRead(default, BodyState.Last));
        if (!_error.IsNone) return new(new BodyRead(default, BodyState.Failed));

        ValueTask<int> read;
        try
        {
            read = _hasFirst ? _first : stream.ReadAsync(_buffer, call.End);
            _hasFirst = false;
        }
        catch (Exception error) when (GrpcFailure.IsExpected(error))
        {
            return new(Fail(error));
        }

        return read.IsCompletedSuccessfully ? new(Take(read.Result)) : WaitAsync(read);
    }

    /// <summary>Gives the buffer back when nothing can be read into it any more.</summary>
    public async ValueTask CloseAsync()
    {
        try
        {
            if (_hasFirst) await _first.ConfigureAwait(false);
        }
        catch (Exception error) when (GrpcFailure.IsExpected(error))
        {
            // The call was ended; that is what this waits for.
        }

        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<BodyRead> WaitAsync(ValueTask<int> read)
    {
        call.StartReading();
        try
        {
            return Take(await read.ConfigureAwait(false));
        }
        catch (Exception error) when (GrpcFailure.IsExpected(error))
        {
            return Fail(error);
        }
        finally
        {
            call.StopReading();
        }
    }

    private BodyRead Take(int count)
    {
        _read += count;
        if (count > 0) return new BodyRead(_buffer.AsMemory(0, count), BodyState.More);

        Complete();
        return new BodyRead(default, BodyState.Last);
    }

    private void Complete()
    {
        _isComplete = true;
        _hasFirst = false;
        if (!response.TrailingHeaders.NonValidated.GetEnumerator().MoveNext()) return;

        _trailers = new HeaderTable();
        GrpcFields.Copy(response.TrailingHeaders, _trailers);
    }

    private BodyRead Fail(Exception error)
    {
        _error = call.FailureOf(error);
        return new BodyRead(default, BodyState.Failed);
    }
}
