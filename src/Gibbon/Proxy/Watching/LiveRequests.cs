namespace Gibbon.Proxy.Watching;

/// <summary>The last requests that asked to be explained, by their ids.</summary>
internal sealed class LiveRequests
{
    private const int Most = 16;

    private readonly LiveRequest?[] _ring = new LiveRequest?[Most];
    private long _last;

    public void Add(LiveRequest request) => Volatile.Write(ref _ring[Interlocked.Increment(ref _last) % Most], request);

    /// <summary>The one with this id; null when there is none, or none any more.</summary>
    public LiveRequest? Find(string id)
    {
        for (int i = 0; i < _ring.Length; i++)
        {
            if (Volatile.Read(ref _ring[i]) is { } request && request.Happened.Id == id)
            {
                return request;
            }
        }

        return null;
    }
}
