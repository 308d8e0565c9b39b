using Gibbon.Pdk;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>
/// The request's body on its way to the service: streamed as it comes, or read whole first (<c>request_buffering</c>), in memory as far as
/// <c>client_body_buffer_size</c> and in a temporary file beyond. A body that was read whole can be sent again by a retry.
/// </summary>
internal sealed class RequestBody
{
    private readonly BufferedBody _memory = new();
    private MessageBody _received = EmptyBody.Instance;
    private SpooledBody? _file;
    private byte[] _buffer = [];
    private long _mostInMemory;
    private bool _isWhole;

    /// <summary>The body to send. Before <see cref="ReadWholeAsync"/> it is the client's stream.</summary>
    public MessageBody Current => !_isWhole ? _received : _file ?? (MessageBody)_memory;

    /// <summary>Whether the body is at hand whole, so that it can be sent more than once.</summary>
    public bool IsWhole => _isWhole || _received.IsEmpty;

    public void Begin(MessageBody received, long mostInMemory)
    {
        _received = received;
        _mostInMemory = mostInMemory;
    }

    /// <summary>Reads the whole body, if that has not been done. The error says what is wrong with it.</summary>
    public ValueTask<ProxyError> ReadWholeAsync() => IsWhole ? default : ReadAsync();

    /// <summary>The whole body as plugins ask for it; refused when it is in a file and larger than they allow.</summary>
    public async ValueTask<Result<ReadOnlyMemory<byte>>> GetAllAsync(long? maxAllowedFileSize)
    {
        ProxyError error = await ReadWholeAsync().ConfigureAwait(false);
        if (!error.IsNone)
        {
            return Result.Failure<ReadOnlyMemory<byte>>("could not read the request body");
        }

        if (_file is null)
        {
            return _isWhole ? _memory.Content : ReadOnlyMemory<byte>.Empty;
        }

        return maxAllowedFileSize is { } most && (most == 0 || _file.Length <= most)
            ? await _file.ReadAllAsync().ConfigureAwait(false)
            : Result.Failure<ReadOnlyMemory<byte>>(
                maxAllowedFileSize is null
                    ? "request body did not fit into client body buffer, consider raising 'client_body_buffer_size'"
                    : $"request body file too big: {_file.Length} > {maxAllowedFileSize}");
    }

    /// <summary>The length of the whole body, wherever it is kept.</summary>
    public async ValueTask<Result<long>> GetLengthAsync()
    {
        ProxyError error = await ReadWholeAsync().ConfigureAwait(false);
        return error.IsNone ? _file?.Length ?? (_isWhole ? _memory.Content.Length : 0) : Result.Failure<long>("could not read the request body");
    }

    /// <summary>Sends this instead of what the client sent.</summary>
    public void Replace(ReadOnlyMemory<byte> body)
    {
        _file?.Dispose();
        _file = null;
        _memory.Set(body);
        _isWhole = true;
    }

    /// <summary>Starts the body from its beginning, for another try.</summary>
    public void Rewind()
    {
        if (_isWhole)
        {
            _memory.Rewind();
            _file?.Rewind();
        }
    }

    public void Reset()
    {
        _received = EmptyBody.Instance;
        _memory.Set(default);
        _file?.Dispose();
        _file = null;
        _isWhole = false;
        if (_buffer.Length > 64 * 1024)
        {
            _buffer = [];
        }
    }

    private async ValueTask<ProxyError> ReadAsync()
    {
        int length = 0;
        while (true)
        {
            BodyRead read = await _received.ReadAsync().ConfigureAwait(false);
            if (read.State == BodyState.Failed)
            {
                return _received.Error;
            }

            if (_file is null && length + read.Data.Length > _mostInMemory)
            {
                _file = new SpooledBody();
                await _file.WriteAsync(_buffer.AsMemory(0, length)).ConfigureAwait(false);
            }

            if (_file is not null)
            {
                await _file.WriteAsync(read.Data).ConfigureAwait(false);
            }
            else
            {
                if (_buffer.Length < length + read.Data.Length)
                {
                    Array.Resize(ref _buffer, Math.Max(length + read.Data.Length, Math.Max(4096, _buffer.Length * 2)));
                }

                read.Data.CopyTo(_buffer.AsMemory(length));
                length += read.Data.Length;
            }

            if (read.State == BodyState.Last)
            {
                _isWhole = true;
                _memory.Set(_buffer.AsMemory(0, _file is null ? length : 0));
                _file?.Rewind();
                return default;
            }
        }
    }
}
