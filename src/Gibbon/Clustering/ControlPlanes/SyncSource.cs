using System.Collections.Concurrent;
using Gibbon.Clustering.Rpc;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>What a data plane lacks.</summary>
/// <param name="Version">The version that it has with it.</param>
/// <param name="Count">How many changes there are.</param>
/// <param name="IsWhole">Whether it is everything.</param>
/// <param name="Result">As it is told.</param>
internal sealed record SyncAnswer(long Version, int Count, bool IsWhole, PackedText Result);

/// <summary>
/// Knows the newest version of the configuration, and what data planes lack that have another. What many of them lack is read and packed once, and kept until the next version.
/// </summary>
/// <param name="storage">Where everything is.</param>
/// <param name="log">What has changed.</param>
/// <param name="time">The clock.</param>
/// <param name="composed">Told when everything was put together, and of how many entities.</param>
internal sealed class SyncSource(NodeStorage storage, DeltaLog log, TimeProvider time, Action<int> composed)
{
    /// <summary>So many are kept; who has a still rarer version has an answer made for himself.</summary>
    private const int MostKept = 64;

    // Who asks for everything may get what is older by twenty times as long as it takes to read: what has changed since he asks for next.
    private const int Leisure = 20;

    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<bool, Whole> _wholes = [];
    private readonly ConcurrentDictionary<long, Lazy<Task<string>>> _hashes = new();
    private volatile Generation _present = new(0);

    /// <summary>The newest version that is known of.</summary>
    public long Latest => _present.Version;

    /// <summary>Looks which version is the newest.</summary>
    /// <exception cref="System.Data.Common.DbException">The database cannot be read.</exception>
    public async ValueTask<long> LookAsync(CancellationToken cancellation)
    {
        await _looking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            long latest = await log.LatestAsync(cancellation).ConfigureAwait(false);
            if (latest != _present.Version)
            {
                _present = new Generation(latest);
            }

            return latest;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>What somebody lacks who has a version.</summary>
    /// <param name="version">The version; 0: none.</param>
    /// <param name="isGibbon">Whether he knows what Kong does not.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="System.Data.Common.DbException">The database cannot be read.</exception>
    public async ValueTask<SyncAnswer> SinceAsync(long version, bool isGibbon, CancellationToken cancellation)
    {
        if (version >= Latest)
        {
            await LookAsync(cancellation).ConfigureAwait(false);
        }

        Generation present = _present;
        if (version != 0 && (version == present.Version || (version > present.Version && !isGibbon)))
        {
            return await AnswerAsync(present.Version, version, [], isWhole: false, isGibbon).ConfigureAwait(false);
        }

        // Whoever has a version that is still to come, has it from another database; Kong would leave him with it.
        if (version == 0 || present.Version - version > SqlDeltaWriter.Kept || version > present.Version)
        {
            return await WholeAsync(version > present.Version ? 0 : version, isGibbon, cancellation).ConfigureAwait(false);
        }

        (long, bool) key = (version, isGibbon);
        if (present.Answers.Count >= MostKept && !present.Answers.ContainsKey(key))
        {
            return await MakeAsync(present, version, isGibbon).WaitAsync(cancellation).ConfigureAwait(false);
        }

        Lazy<Task<SyncAnswer>> making = present.Answers.GetOrAdd(
            key, static (wanted, self) => new Lazy<Task<SyncAnswer>>(() => self.Source.MakeAsync(self.Present, wanted.Version, wanted.IsGibbon)), (Source: this, Present: present));
        try
        {
            return await making.Value.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (making.Value.IsFaulted)
        {
            // The next one tries again.
            present.Answers.TryRemove(new KeyValuePair<(long, bool), Lazy<Task<SyncAnswer>>>(key, making));
            throw;
        }
    }

    /// <summary>What a data plane of ours that has a version calls it.</summary>
    /// <exception cref="System.Data.Common.DbException">The database cannot be read.</exception>
    public async Task<string> HashAsync(long version)
    {
        if (_hashes.Count > MostKept)
        {
            _hashes.Clear();
        }

        Lazy<Task<string>> making = _hashes.GetOrAdd(version, static (wanted, log) => new Lazy<Task<string>>(() => MakeHashAsync(log, wanted)), log);
        try
        {
            return await making.Value.ConfigureAwait(false);
        }
        catch (Exception)
        {
            _hashes.TryRemove(new KeyValuePair<long, Lazy<Task<string>>>(version, making));
            throw;
        }
    }

    private static async Task<string> MakeHashAsync(DeltaLog log, long version) =>
        SyncHash.Of(version, (await log.DigestAsync(version, CancellationToken.None).ConfigureAwait(false))[..SyncHash.DigestLength]);

    // Made for everybody who waits for it, so nobody alone can give it up.
    private async Task<SyncAnswer> MakeAsync(Generation present, long version, bool isGibbon) =>
        await log.SinceAsync(version, present.Version, isGibbon, CancellationToken.None).ConfigureAwait(false) is { } deltas
            ? await AnswerAsync(present.Version, version, [.. deltas.Select(static delta => (object?)Told(delta))], isWhole: false, isGibbon).ConfigureAwait(false)
            : await WholeAsync(version, isGibbon, CancellationToken.None).ConfigureAwait(false);

    // One at a time: it is as large as the database.
    private async Task<SyncAnswer> WholeAsync(long after, bool isGibbon, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            long version = Latest;
            if (_wholes.TryGetValue(isGibbon, out Whole? known) && known.Answer.Version > after
                && (known.Answer.Version == version || (time.GetElapsedTime(known.MadeAt) < known.Took * Leisure && version - known.Answer.Version < SqlDeltaWriter.Kept)))
            {
                return known.Answer;
            }

            // Read after the version was: what is newer already will only be said once more.
            long began = time.GetTimestamp();
            SyncAnswer answer = isGibbon
                ? await WholeForGibbonAsync(version, cancellation).ConfigureAwait(false)
                : await WholeForKongAsync(version, cancellation).ConfigureAwait(false);
            _wholes[isGibbon] = new Whole(answer, time.GetTimestamp(), time.GetElapsedTime(began));
            composed(answer.Count);
            return answer;
        }
        finally
        {
            _reading.Release();
        }
    }

    // Row by row, so that only what is compressed is there as a whole.
    private async ValueTask<SyncAnswer> WholeForGibbonAsync(long version, CancellationToken cancellation)
    {
        string hash = await HashAsync(version).ConfigureAwait(false);
        string workspace = storage.Workspace.ToString();
        using WholeText text = new();
        await storage.ReadAtOnceAsync((schema, entity) => text.Add(Delta(schema, entity, workspace, version)), cancellation).ConfigureAwait(false);
        return new SyncAnswer(version, text.Count, IsWhole: true, text.Finish(version, hash));
    }

    // A Snappy block begins with its length.
    private async ValueTask<SyncAnswer> WholeForKongAsync(long version, CancellationToken cancellation)
    {
        EntitySchemas schemas = storage.Live.Schemas;
        IReadOnlyDictionary<string, IReadOnlyList<ValueMap>> all = await storage.ReadAtOnceAsync(cancellation).ConfigureAwait(false);
        ValueMap table = new(schemas.All.Where(schema => all.ContainsKey(schema.Name)).Select(schema => KeyValuePair.Create(schema.Name, (object?)new ValueList(all[schema.Name]))));
        DeclarativeTable.RemoveBeyondKong(schemas, table);
        string workspace = storage.Workspace.ToString();
        ValueList deltas = [.. schemas.All.SelectMany(schema => (table.GetList(schema.Name) ?? []).Select(entity => (object?)Delta(schema, (ValueMap)entity!, workspace, version)))];
        return await AnswerAsync(version, 0, deltas, isWhole: true, isGibbon: false).ConfigureAwait(false);
    }

    private static ValueMap Delta(Schema schema, ValueMap entity, string workspace, long version)
    {
        if (schema.Ttl)
        {
            entity.TryAdd("ttl", null);
        }

        return new ValueMap { ["ws_id"] = workspace, ["type"] = schema.Name, ["entity"] = entity, ["version"] = version };
    }

    private static ValueMap Told(EntityDelta delta) => new()
    {
        ["entity"] = delta.Entity, ["ws_id"] = delta.Workspace.ToString(), ["type"] = delta.Kind, ["pk"] = delta.Key, ["version"] = delta.Version,
    };

    private async ValueTask<SyncAnswer> AnswerAsync(long version, long after, ValueList deltas, bool isWhole, bool isGibbon)
    {
        ValueMap answer = new() { ["deltas"] = deltas.Count == 0 ? new ValueMap() : deltas, ["wipe"] = isWhole };
        if (isGibbon)
        {
            answer["after"] = after;
            answer["version"] = version;
            answer["hash"] = await HashAsync(version).ConfigureAwait(false);
        }

        return new SyncAnswer(version, deltas.Count, isWhole, PackedText.Of(new ValueMap { ["default"] = answer }, isGibbon));
    }

    private sealed record Whole(SyncAnswer Answer, long MadeAt, TimeSpan Took);

    private sealed record Generation(long Version)
    {
        public ConcurrentDictionary<(long Version, bool IsGibbon), Lazy<Task<SyncAnswer>>> Answers { get; } = new();
    }
}
