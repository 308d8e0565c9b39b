using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;

namespace Gibbon.Storage;

/// <summary>
/// Brings declarative configurations into the store: the file or the text that the settings name, what is posted to <c>/config</c>, what a
/// control plane pushes. One at a time; one that is wrong changes nothing.
/// </summary>
internal sealed class ConfigurationSource(DeclarativeLoader loader, EntityStore store) : IDisposable
{
    readonly SemaphoreSlim loading = new(1);

    /// <summary>The hash of the configuration in effect.</summary>
    public string Hash => store.Current.Hash;

    /// <summary>The kinds of entities that there are.</summary>
    public EntitySchemas Schemas => store.Schemas;

    /// <summary>Loads the file that <c>declarative_config</c> names; waits for a load that is under way.</summary>
    public ConfigurationResult Load(DeclarativeFile file)
    {
        loading.Wait();
        try
        {
            return file.Document is { } document ? LoadNow(document, file.Hash) : Refused(new DeclarativeError(file.Problem!));
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Loads the text that <c>declarative_config_string</c> holds; waits for a load that is under way.</summary>
    public ConfigurationResult LoadString(string text)
    {
        loading.Wait();
        try
        {
            return LoadNow(text);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Loads a text that somebody sent, unless another load is under way.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="unlessIdentical">Whether to leave it when its hash is that of the configuration in effect: <c>check_hash=1</c>.</param>
    public ConfigurationResult TryLoad(string text, bool unlessIdentical)
    {
        if (unlessIdentical && ConfigurationHash.OfText(text) == Hash)
        {
            return new ConfigurationResult(ConfigurationOutcome.Identical);
        }
        return Exclusively(() => LoadNow(text));
    }

    /// <summary>Loads a document that somebody sent and that was read already, unless another load is under way.</summary>
    /// <param name="document">The document.</param>
    /// <param name="hash">Its hash, when whoever sent it gave one.</param>
    public ConfigurationResult TryLoad(ValueMap document, string? hash = null) =>
        Exclusively(() => LoadNow(document, hash));

    /// <summary>Loads what a control plane pushes, or has pushed the last time; waits for a load that is under way.</summary>
    /// <param name="document">The configuration.</param>
    /// <param name="hash">Its hash, when the control plane gave one.</param>
    public ConfigurationResult Load(ValueMap document, string? hash)
    {
        loading.Wait();
        try
        {
            return LoadNow(document, hash);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Takes what a control plane says has changed; waits for a load that is under way.</summary>
    /// <param name="deltas">The changes, of which each entity's last counts.</param>
    /// <param name="hash">What the configuration is called with them.</param>
    /// <returns>Why nothing has changed.</returns>
    public Result Apply(IReadOnlyList<EntityDelta> deltas, string hash)
    {
        var read = DeltaReader.Check(store.Schemas, deltas);
        if (!read.IsOk)
        {
            return Result.Failure(read.Error);
        }
        loading.Wait();
        try
        {
            string? problem = null;
            store.Decide(
                present =>
                {
                    var related = DeltaReader.Relate(present, store.Schemas, read.Value);
                    problem = related.Error;
                    return related.IsOk ? ((IReadOnlyList<ChangedEntity>)related.Value, (string?)hash) : null;
                },
                _ => hash);
            return problem is null ? Result.Ok : Result.Failure(problem);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>What is in effect as the flat configuration that a control plane would push, what is disabled included.</summary>
    public ValueMap Export() => DeclarativeTable.Whole(store.Current);

    /// <summary>The line Kong prints when the file or the text that the settings name is wrong; a first configuration that is wrong stops the start.</summary>
    public static string StartupText(DeclarativeError error, string? path) =>
        path is null ? $"error parsing declarative config string:\n{error.Text}" : $"error parsing declarative config file {path}:\n{error.Text}";

    public void Dispose() => loading.Dispose();

    ConfigurationResult Exclusively(Func<ConfigurationResult> load)
    {
        if (!loading.Wait(0))
        {
            return new ConfigurationResult(ConfigurationOutcome.Busy);
        }
        try
        {
            return load();
        }
        finally
        {
            loading.Release();
        }
    }

    ConfigurationResult LoadNow(ValueMap document, string? hash) =>
        loader.TryLoad(document, hash, out var configuration, out var error) ? Loaded(configuration) : Refused(error);

    ConfigurationResult LoadNow(string text) =>
        loader.TryLoad(text, null, out var configuration, out var error) ? Loaded(configuration) : Refused(error);

    ConfigurationResult Loaded(DeclarativeConfiguration configuration) =>
        new(ConfigurationOutcome.Loaded, configuration, store.Replace(configuration));

    static ConfigurationResult Refused(DeclarativeError error) => new(ConfigurationOutcome.Refused, Error: error);
}
