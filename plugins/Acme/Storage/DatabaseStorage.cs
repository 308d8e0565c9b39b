using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Storage <c>kong</c>: the gateway's database.</summary>
/// <param name="rows">The rows.</param>
sealed class DatabaseStorage(IEntityAccess<AcmeStorageRow> rows) : IAcmeStorage
{
    public async ValueTask<Result<StoredText>> GetAsync(string key)
    {
        var found = await rows.SelectByAsync("key", key);
        return found.IsOk ? new StoredText(found.Value?.Value) : Result.Failure<StoredText>(found.Error.ToString());
    }

    public async ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default)
    {
        var found = await rows.SelectByAsync("key", key);
        if (!found.IsOk)
            return Result.Failure(found.Error.ToString());

        if (found.Value is not { } row)
            return await InsertAsync(key, value, timeToLive);

        // A row that shall stay must not keep the time that an earlier one had.
        if (timeToLive == default)
        {
            await rows.DeleteAsync(row.Id);
            return await InsertAsync(key, value, timeToLive);
        }

        var stored = await rows.UpdateAsync(row.Id, new ValueMap { ["value"] = value }, new EntityOptions { TimeToLive = timeToLive });
        return stored.IsOk ? Result.Ok : Result.Failure(stored.Error.ToString());
    }

    public async ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive)
    {
        var found = await GetAsync(key);
        if (!found.IsOk)
            return Result.Failure($"error getting key {found.Error}");

        // Of two nodes that come here together one fails: keys are unique.
        return found.Value.Text is null ? await InsertAsync(key, value, timeToLive) : Result.Failure("exists");
    }

    public async ValueTask<Result> DeleteAsync(string key)
    {
        var found = await rows.SelectByAsync("key", key);
        if (!found.IsOk || found.Value is not { } row)
            return found.IsOk ? Result.Ok : Result.Failure(found.Error.ToString());

        var deleted = await rows.DeleteAsync(row.Id);
        return deleted.IsOk ? Result.Ok : Result.Failure(deleted.Error.ToString());
    }

    public async ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix)
    {
        List<string> keys = [];
        try
        {
            await foreach (var row in rows.EachAsync(100))
                if (row.Key.StartsWith(prefix, StringComparison.Ordinal))
                    keys.Add(row.Key);

            return keys;
        }
        catch (EntityException failure)
        {
            return Result.Failure<IReadOnlyList<string>>(failure.Message);
        }
    }

    async ValueTask<Result> InsertAsync(string key, string value, TimeSpan timeToLive)
    {
        var options = timeToLive == default ? default : new EntityOptions { TimeToLive = timeToLive };
        var stored = await rows.InsertAsync(new AcmeStorageRow { Key = key, Value = value }, options);
        return stored.IsOk ? Result.Ok : Result.Failure(stored.Error.ToString());
    }
}
