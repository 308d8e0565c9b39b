using System.Globalization;
using Gibbon.Clustering.Rpc;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>What became of a message of the control plane.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Error">What is reported to a control plane that wants to know.</param>
internal readonly record struct UpdateResult(UpdateKind Kind, ValueMap? Error = null);

internal enum UpdateKind
{
    /// <summary>In force, perhaps already before.</summary>
    Applied,

    /// <summary>Of no concern here.</summary>
    Ignored,

    /// <summary>Wrong; what was in force is.</summary>
    Refused,

    /// <summary>Nothing that a control plane sends.</summary>
    Garbage,
}

/// <summary>Puts what a control plane pushes into force, whole or not at all, by the door that every configuration comes in.</summary>
internal sealed class ConfigurationUpdates(ConfigurationSource source, SavedConfiguration saved, ErrorLog log)
{
    /// <summary>The hash of what is in force.</summary>
    public string Hash => source.Hash;

    /// <summary>The version of what is in force, of a control plane that counts them; 0 when it has none.</summary>
    public long Version => SyncHash.Version(source.Hash);

    /// <summary>Begins with what was kept from the last time.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Restore()
    {
        if (saved.Read() is not { } message || message.GetMap("config_table") is not { } table)
        {
            return false;
        }

        ValueMap? error = Load(table, message.GetString("config_hash"));
        if (error is null && saved.ReadChanges(Hash) is ({ Count: > 0 } changes, { } after) && source.Apply(changes, after).Error is { } problem)
        {
            log.Write(LogSeverity.Error, $"[clustering] the changes that were kept cannot be used: {problem}");
        }

        log.Write(
            error is null ? LogSeverity.Notice : LogSeverity.Error,
            error is null ? $"[clustering] serving the configuration of the last time: {Hash}"
                : $"[clustering] the configuration that was kept cannot be used: {error.GetString("message")}");
        return error is null;
    }

    /// <summary>Takes a message.</summary>
    public UpdateResult Apply(byte[] message)
    {
        if (!Gzip.TryReadJson(message, out object? read) || read is not ValueMap update)
        {
            return new UpdateResult(UpdateKind.Garbage);
        }

        if (update.GetString("type") is not "reconfigure")
        {
            return new UpdateResult(UpdateKind.Ignored);
        }

        log.Write(LogSeverity.Debug, "[clustering] received reconfigure frame from control plane"
            + (update.Get("timestamp") is { } time ? string.Create(CultureInfo.InvariantCulture, $" with timestamp: {time}") : ""));
        if (update.GetMap("config_table") is not { } table)
        {
            return Refused(Error("the message has no config_table", update.GetString("config_hash")));
        }

        string hash = update.GetString("config_hash") ?? ConfigurationHash.OfTable(table).Configuration;
        if (hash == Hash)
        {
            log.Write(LogSeverity.Debug, "[clustering] same config received from control plane, no need to reload");
            return new UpdateResult(UpdateKind.Applied);
        }

        if (Load(table, hash) is { } error)
        {
            return Refused(error);
        }

        saved.Write(message, hash);
        return new UpdateResult(UpdateKind.Applied);
    }

    /// <summary>Takes everything from a control plane that tells of changes.</summary>
    /// <returns>Why it was refused.</returns>
    public string? TakeWhole(SyncMessage message)
    {
        ValueMap table = message.ToTable(source.Schemas);
        string hash = message.Version == 0 ? ConfigurationHash.OfTable(table).Configuration : message.Hash;
        byte[] kept = Gzip.DeflateJson(new ValueMap { ["type"] = "reconfigure", ["config_table"] = table, ["config_hash"] = hash });
        if (message.Version == 0 && hash == Hash)
        {
            return null;
        }

        if (Load(table, hash) is { } error)
        {
            return Refused(error).Error!.GetString("message");
        }

        saved.Write(kept, hash);
        return null;
    }

    /// <summary>Takes changes of what is in force.</summary>
    /// <returns>Why they were refused.</returns>
    public string? TakeChanges(SyncMessage message)
    {
        string before = Hash;
        string? problem;
        try
        {
            problem = source.Apply(message.Deltas, message.Hash).Error;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            problem = failure.Message;
        }

        if (problem is not null)
        {
            return Refused(Error(problem, message.Hash)).Error!.GetString("message");
        }

        if (!saved.Append(before, Hash, message.Raw))
        {
            saved.Write(Gzip.DeflateJson(new ValueMap { ["type"] = "reconfigure", ["config_table"] = source.Export(), ["config_hash"] = Hash }), Hash);
        }

        return null;
    }

    private ValueMap? Load(ValueMap table, string? hash)
    {
        try
        {
            return source.Load(table, hash).Error is { } refused
                ? Error("bad config received from control plane " + refused.Text, hash, refused.ToBody(flatten: true))
                : null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It says what it may say and still cannot be put to work; the store has gone back to what was in force.
            return Error(failure.Message, hash);
        }
    }

    private UpdateResult Refused(ValueMap error)
    {
        log.Write(LogSeverity.Error, "[clustering] unable to update running config: " + error.GetString("message"));
        return new UpdateResult(UpdateKind.Refused, error);
    }

    private static ValueMap Error(string message, string? hash, ValueMap? details = null)
    {
        ValueMap error = new()
        {
            ["name"] = details is null ? "configuration reload failed" : "declarative configuration parse failure",
            ["source"] = "clustering",
            ["message"] = message,
            ["config_hash"] = hash ?? ConfigurationHash.Empty,
        };
        foreach ((string name, object? value) in details ?? [])
        {
            error.TryAdd(name, value);
        }

        return error;
    }
}
