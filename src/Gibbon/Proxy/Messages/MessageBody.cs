using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Messages;

/// <summary>The body of a request or response, pulled piece by piece by one reader at a time.</summary>
internal abstract class MessageBody
{
    /// <summary>The length if it was announced, else -1.</summary>
    public abstract long Length { get; }

    /// <summary>True when the message has no body at all, or one of zero bytes by its Content-Length.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>True once a read has returned <see cref="BodyState.Last"/>, and from the start for an empty body.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Bytes of content handed out so far, without chunk framing.</summary>
    public abstract long BytesRead { get; }

    /// <summary>Why a read returned <see cref="BodyState.Failed"/>.</summary>
    public abstract ProxyError Error { get; }

    /// <summary>The trailer fields, once complete; null when there are none. Never merged into the headers.</summary>
    public abstract HeaderTable? Trailers { get; }

    /// <summary>
    /// The next piece. Completes synchronously when bytes are at hand. After <see cref="BodyState.Last"/> every further read gives an
    /// empty last piece. For a client that waits for <c>100 Continue</c>, the first read that must wait sends it.
    /// </summary>
    public abstract ValueTask<BodyRead> ReadAsync();

    /// <summary>Reads and drops for at most <paramref name="time"/> milliseconds. True when the end was reached.</summary>
    public async ValueTask<bool> DrainAsync(int time)
    {
        long end = Watchdog.Now + time;
        while (!IsComplete)
        {
            var read = await ReadAsync().ConfigureAwait(false);
            if (read.State == BodyState.Last) return true;
            if (read.State == BodyState.Failed || Watchdog.Now > end) return false;
        }

        return true;
    }
}
