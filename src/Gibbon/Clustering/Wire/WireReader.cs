using System.Text;

namespace Gibbon.Clustering.Wire;

/// <summary>Reads a connection: a head, then exact amounts of bytes. A wait that is too long ends it.</summary>
internal sealed class WireReader(Stream stream)
{
    private const int LongestHead = 8 * 1024;

    private readonly byte[] _buffer = new byte[LongestHead];
    private readonly Patience _patience = new();
    private int _start;
    private int _end;

    /// <summary>A head up to its empty line, without that; null when the other side is done.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async ValueTask<string?> ReadHeadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                string head = Encoding.Latin1.GetString(_buffer, _start, length);
                _start += length + 4;
                return head;
            }

            MakeRoom();
            if (_end == _buffer.Length)
            {
                throw new InvalidDataException("the head is too long");
            }

            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }

    /// <summary>Fills the memory.</summary>
    /// <param name="memory">What to fill.</param>
    /// <param name="silence">How long nothing may come.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Why it was not filled, in the words of Kong's sockets; null when it was.</returns>
    public ValueTask<string?> ReadAsync(Memory<byte> memory, TimeSpan silence, CancellationToken cancellation)
    {
        // The rest of a short message mostly came with its beginning.
        if (memory.Length <= _end - _start)
        {
            Take(memory);
            return default;
        }

        return FillAsync(memory, silence, cancellation);
    }

    private async ValueTask<string?> FillAsync(Memory<byte> memory, TimeSpan silence, CancellationToken cancellation)
    {
        while (memory.Length > 0)
        {
            if (_start == _end)
            {
                _start = _end = 0;
                try
                {
                    CancellationToken patience = _patience.Begin(silence, cancellation);

                    // What is large goes where it belongs.
                    int read = memory.Length >= _buffer.Length
                        ? await stream.ReadAsync(memory, patience).ConfigureAwait(false)
                        : _end = await stream.ReadAsync(_buffer, patience).ConfigureAwait(false);
                    if (read == 0)
                    {
                        return "closed";
                    }

                    if (_end == 0)
                    {
                        memory = memory[read..];
                    }

                    continue;
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    return "timeout";
                }
                catch (Exception failure) when (failure is IOException or ObjectDisposedException)
                {
                    return "closed";
                }
                finally
                {
                    _patience.End();
                }
            }

            memory = memory[Take(memory)..];
        }

        return null;
    }

    private int Take(Memory<byte> memory)
    {
        int taken = Math.Min(memory.Length, _end - _start);
        _buffer.AsSpan(_start, taken).CopyTo(memory.Span);
        _start += taken;
        return taken;
    }

    /// <summary>Nothing more will be read.</summary>
    public void Close() => _patience.Dispose();

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
    }
}
