using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>Responses in memory, each for its time. When they take too much, those go that nobody has asked for the longest time.</summary>
/// <param name="capacity">How many bytes they may take.</param>
/// <param name="time">The time.</param>
sealed class ResponseMemory(long capacity, TimeProvider time)
{
    readonly Lock sync = new();
    readonly Dictionary<string, LinkedListNode<Kept>> byKey = new(StringComparer.Ordinal);
    readonly LinkedList<Kept> byUse = new();
    long size;

    /// <summary>Finds a response.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out StoredResponse? response)
    {
        lock (sync)
        {
            response = null;
            if (!byKey.TryGetValue(key, out var node))
                return false;

            if (time.GetUtcNow() >= node.Value.End)
            {
                Drop(node);
                return false;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            response = node.Value.Response;
            return true;
        }
    }

    /// <summary>Keeps a response, in place of one with the same key.</summary>
    public void Put(string key, StoredResponse response, TimeSpan timeToLive)
    {
        lock (sync)
        {
            if (byKey.TryGetValue(key, out var old))
                Drop(old);

            if (response.Size > capacity)
                return;

            byKey[key] = byUse.AddFirst(new Kept(key, response, time.GetUtcNow() + timeToLive));
            size += response.Size;
            while (size > capacity)
                Drop(byUse.Last!);
        }
    }

    /// <summary>Forgets a response.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        lock (sync)
        {
            if (!byKey.TryGetValue(key, out var node))
                return false;

            Drop(node);
            return node.Value.End > time.GetUtcNow();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (sync)
        {
            byKey.Clear();
            byUse.Clear();
            size = 0;
        }
    }

    void Drop(LinkedListNode<Kept> node)
    {
        byKey.Remove(node.Value.Key);
        byUse.Remove(node);
        size -= node.Value.Response.Size;
    }

    readonly record struct Kept(string Key, StoredResponse Response, DateTimeOffset End);
}
