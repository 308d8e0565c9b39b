using Gibbon.Pdk;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Storage <c>shm</c>: a shared dictionary, which only this node sees and which ends with it.</summary>
/// <param name="memory">The dictionary.</param>
sealed class MemoryStorage(ISharedDictionary memory) : IAcmeStorage
{
    public ValueTask<Result<StoredText>> GetAsync(string key) => new(new StoredText(memory.Get(key) as string));

    public ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default)
    {
        memory.Set(key, value, timeToLive);
        return new(Result.Ok);
    }

    public ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive) =>
        new(memory.Add(key, value, timeToLive) ? Result.Ok : Result.Failure("exists"));

    public ValueTask<Result> DeleteAsync(string key)
    {
        memory.Delete(key);
        return new(Result.Ok);
    }

    public ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix) =>
        new((Result<IReadOnlyList<string>>)memory.Keys(0).Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToArray());
}
