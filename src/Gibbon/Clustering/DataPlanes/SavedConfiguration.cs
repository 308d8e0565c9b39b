using System.Text;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Deltas;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>
/// The last configuration that a data plane got, as it came, so that it can serve before it has seen its control plane again. Changes of it stand in a file beside it, which names
/// what they change: a line for each message.
/// </summary>
internal sealed class SavedConfiguration(string path, string changesPath, ErrorLog log)
{
    /// <summary>When there are more changes, everything is written anew.</summary>
    private const long MostChanges = 8 * 1024 * 1024;

    // What the changes that are in their file lead to; null before anything was written.
    private string? _hash;

    /// <summary>Keeps a configuration. That it cannot be written is logged; requests do not depend on it.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="hash">What it is called.</param>
    public void Write(ReadOnlySpan<byte> message, string hash)
    {
        _hash = null;
        try
        {
            PrivateFile.WriteSafely(path, message);
            File.Delete(changesPath);
            _hash = hash;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Complain($"unable to keep the configuration in {path}: {failure.Message}");
        }
    }

    /// <summary>Keeps changes.</summary>
    /// <param name="before">What they change.</param>
    /// <param name="after">What it is called with them.</param>
    /// <param name="changes">As they came.</param>
    /// <returns>Whether they are kept; otherwise everything is to be.</returns>
    public bool Append(string before, string after, ValueList changes)
    {
        if (_hash != before)
        {
            return false;
        }

        try
        {
            using FileStream file = PrivateFile.OpenToAppend(changesPath);
            if (file.Length > MostChanges)
            {
                return false;
            }

            file.Write([.. ValueJson.Write(new ValueMap { ["before"] = before, ["after"] = after, ["changes"] = changes }), (byte)'\n']);
            _hash = after;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Complain($"unable to keep changes in {changesPath}: {failure.Message}");
            return false;
        }
    }

    /// <summary>The message that was kept; null when there is none, or none that can be read.</summary>
    public ValueMap? Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (Gzip.TryReadJson(File.ReadAllBytes(path), out object? message))
            {
                return message as ValueMap;
            }

            Complain($"the configuration that was kept in {path} cannot be read");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Complain($"the configuration that was kept in {path} cannot be read: {failure.Message}");
        }

        return null;
    }

    /// <summary>The changes of what is called <paramref name="hash"/>, as far as they were written whole.</summary>
    /// <returns>The changes, and what the configuration is called with them.</returns>
    public (IReadOnlyList<EntityDelta> Changes, string After) ReadChanges(string hash)
    {
        string last = hash;
        List<EntityDelta> all = [];
        _hash = hash;
        try
        {
            foreach (string line in File.Exists(changesPath) ? File.ReadLines(changesPath) : [])
            {
                if (!ValueJson.TryRead(Encoding.UTF8.GetBytes(line), out object? read, out _) || read is not ValueMap entry || entry.GetString("before") != _hash
                    || entry.GetString("after") is not { } after || SyncMessage.ReadDeltas(entry.GetList("changes") ?? []) is not { } deltas)
                {
                    // The rest belongs to something else, or its end was never written. Nothing may follow it.
                    _hash = null;
                    break;
                }

                all.AddRange(deltas);
                _hash = last = after;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Complain($"the changes that were kept in {changesPath} cannot be read: {failure.Message}");
            _hash = null;
        }

        return (all, last);
    }

    private void Complain(string what) => log.Write(LogSeverity.Error, "[clustering] " + what);
}
