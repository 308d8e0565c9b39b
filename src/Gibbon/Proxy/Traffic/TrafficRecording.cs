namespace Gibbon.Proxy.Traffic;

/// <summary>The last requests of those that were drawn: a ring that the newest one overwrites the oldest in, without anybody waiting.</summary>
/// <param name="sampleRate">The part of the requests that is recorded, 0 to 1.</param>
/// <param name="size">How many are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class TrafficRecording(double sampleRate, int size, TimeProvider time)
{
    private readonly RecordedRequest?[] _ring = new RecordedRequest?[size];
    private long _last;

    public double SampleRate => sampleRate;

    public int Size => size;

    /// <summary>When it began: what it says about requests per second starts here.</summary>
    public DateTimeOffset Since { get; } = time.GetUtcNow();

    /// <summary>The number of the request that was recorded last.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Whether the next request is one of those that are recorded.</summary>
    public bool Draws() => sampleRate >= 1 || Random.Shared.NextDouble() < sampleRate;

    public void Add(RecordedRequest request)
    {
        request.Number = Interlocked.Increment(ref _last);
        Volatile.Write(ref _ring[request.Number % size], request);
    }

    /// <summary>Those with a number above this one, newest first.</summary>
    public List<RecordedRequest> After(long number)
    {
        List<RecordedRequest> found = [];
        for (int i = 0; i < _ring.Length; i++)
        {
            if (Volatile.Read(ref _ring[i]) is { } request && request.Number > number)
            {
                found.Add(request);
            }
        }

        found.Sort(static (one, other) => other.Number.CompareTo(one.Number));
        return found;
    }

    /// <summary>Takes over what another one holds, as far as there is room; numbers stay, so that who asks for what is new misses nothing.</summary>
    public void CopyFrom(TrafficRecording other)
    {
        GoOnFrom(other);
        foreach (RecordedRequest request in other.After(_last - size))
        {
            _ring[request.Number % size] = request;
        }
    }

    /// <summary>Goes on with the numbers of another one.</summary>
    public void GoOnFrom(TrafficRecording other) => _last = other.Last;
}
