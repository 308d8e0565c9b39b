using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Makes entities of a declarative configuration: reads, brings old formats up to date, finds what is nested where, gives ids, checks every
/// entity, then what refers to what, then what must be unique. The first of these steps that fails tells all its errors, and nothing of
/// the file counts.
/// </summary>
internal sealed class DeclarativeLoader(EntitySchemas schemas, TimeProvider clock)
{
    /// <summary>The id of the default workspace where a file does not give it another.</summary>
    public static readonly Guid DefaultWorkspace = new("0dc6f45b-8f8d-40d2-a504-473544ee190b");

    // From here on it pays to ask the other cores.
    const int Many = 1000;

    /// <summary>Loads a text.</summary>
    /// <param name="text">The text, YAML or JSON.</param>
    /// <param name="fileName">The file it came from, whose extension tells which; <c>null</c> to try both.</param>
    /// <param name="configuration">What it says.</param>
    /// <param name="error">Why it was refused.</param>
    public bool TryLoad(
        string text,
        string? fileName,
        [NotNullWhen(true)] out DeclarativeConfiguration? configuration,
        [NotNullWhen(false)] out DeclarativeError? error)
    {
        if (!DeclarativeText.TryRead(text, fileName, out var document, out var problem))
        {
            (configuration, error) = (null, new DeclarativeError(problem));
            return false;
        }
        return TryLoad(document, ConfigurationHash.OfText(text), out configuration, out error);
    }

    /// <summary>Loads a document that was read already: the JSON body of a request, a control plane's push.</summary>
    /// <param name="document">The document; migrated in place.</param>
    /// <param name="hash">The hash of its text; <c>null</c> when it has none, and one of the content is taken.</param>
    /// <param name="configuration">What it says.</param>
    /// <param name="error">Why it was refused.</param>
    public bool TryLoad(
        ValueMap document,
        string? hash,
        [NotNullWhen(true)] out DeclarativeConfiguration? configuration,
        [NotNullWhen(false)] out DeclarativeError? error) => TryLoad(document, hash, null, out configuration, out error);

    /// <summary>Loads a document whose entities somebody knows more about than it says.</summary>
    /// <param name="document">The document; migrated in place.</param>
    /// <param name="hash">The hash of its text; <c>null</c> when it has none, and one of the content is taken.</param>
    /// <param name="adopt">Sees the entities of each kind before they are checked, and may give them other ids.</param>
    /// <param name="configuration">What it says.</param>
    /// <param name="error">Why it was refused.</param>
    public bool TryLoad(
        ValueMap document,
        string? hash,
        Action<Dictionary<string, List<DeclarativeItem>>>? adopt,
        [NotNullWhen(true)] out DeclarativeConfiguration? configuration,
        [NotNullWhen(false)] out DeclarativeError? error)
    {
        PathMigration.Apply(document);
        hash ??= ConfigurationHash.OfTable(document).Configuration;
        var transform = document.Get("_transform") is not false;
        var collector = new ItemCollector(schemas);
        collector.Collect(document);
        adopt?.Invoke(collector.Items);
        var references = new References(collector.Items);
        var errors = Validate(collector, references, transform) ?? Relate(collector, references);
        configuration = errors is null ? Build(collector, hash, transform) : null;
        error = errors is null ? null : new DeclarativeError(errors, document, schemas);
        return configuration is not null;
    }

    ValueMap? Validate(ItemCollector collector, References references, bool transform)
    {
        var first = Attempt(collector, new ItemValidator(schemas, references, transform));
        if (first.IsEmpty)
        {
            return null;
        }
        var second = Attempt(collector, new ItemValidator(schemas, references, transform) { HasReferences = true });
        return second.IsEmpty ? null : ErrorTree.WithNullErrors(second.Root, first.Root);
    }

    static ErrorTree Attempt(ItemCollector collector, ItemValidator validator)
    {
        var errors = new ErrorTree();
        foreach (var note in collector.FormErrors)
        {
            note(errors);
        }
        List<DeclarativeItem> items = [.. collector.Items.Values.SelectMany(static list => list)];
        if (errors.IsEmpty && items.Count >= Many && AreAllGood(items, validator))
        {
            return errors;
        }
        items.ForEach(item => validator.Validate(item, errors));
        return errors;
    }

    // An entity is checked without regard to the others, so all cores can help. Errors have an order, which only one after the other keeps:
    // whatever is wrong here, a fault of a check included, is found again there.
    static bool AreAllGood(List<DeclarativeItem> items, ItemValidator validator)
    {
        try
        {
            return Parallel.ForEach(Partitioner.Create(0, items.Count), (range, loop) =>
            {
                var errors = new ErrorTree();
                for (var i = range.Item1; i < range.Item2 && !loop.IsStopped; i++)
                {
                    validator.Validate(items[i], errors);
                    if (!errors.IsEmpty)
                    {
                        loop.Stop();
                    }
                }
            }).IsCompleted;
        }
        catch (AggregateException)
        {
            return false;
        }
    }

    ValueMap? Relate(ItemCollector collector, References references)
    {
        var errors = references.Check(schemas, collector.Items) ?? UniqueValues.Check(collector.Items);
        if (errors is not null)
        {
            ShowMadeIds(collector);
        }
        return errors;
    }

    /// <summary>From here on errors are told with the ids that were made, so that a client can use them.</summary>
    static void ShowMadeIds(ItemCollector collector)
    {
        foreach (var item in collector.Items.Values.SelectMany(static list => list).Where(static item => item.HasMadeId))
        {
            item.Source["id"] = item.Id;
        }
    }

    DeclarativeConfiguration Build(ItemCollector collector, string hash, bool transform)
    {
        var entities = new Dictionary<string, IReadOnlyList<object>>(StringComparer.Ordinal);
        foreach (var (kind, list) in collector.Items)
        {
            entities[kind] = [.. list.Select(static item => item.Entity!)];
        }
        var workspaces = entities.GetValueOrDefault("workspaces", []);
        entities["workspaces"] = workspaces.OfType<Workspace>().Any(static workspace => workspace.Name == "default")
            ? workspaces
            : [.. workspaces, MakeDefaultWorkspace()];
        return new DeclarativeConfiguration
        {
            Entities = entities.ToFrozenDictionary(StringComparer.Ordinal),
            Hash = entities.Count == 1 ? ConfigurationHash.Empty : hash,
            Transform = transform,
            AsGiven = collector.Items.Values.SelectMany(static list => list).Where(static item => item.AsGiven is not null)
                .ToDictionary(static item => (item.Schema.Name, item.Id), static item => item.AsGiven!),
            Nested = collector.Items.Values.SelectMany(static list => list).Where(static item => item.IsShadowed)
                .GroupBy(static item => (item.Parent!.Schema.Name, item.Parent.Id))
                .ToDictionary(static nested => nested.Key, static nested => ByKind(nested)),
        };
    }

    static ValueMap ByKind(IEnumerable<DeclarativeItem> nested) => new(nested
        .GroupBy(static item => item.Schema)
        .Select(static kind => KeyValuePair.Create(kind.Key.Name, (object?)new ValueList(kind.Select(static item => item.Schema.Select(item.Entity as ValueMap ?? Schema.Unbind(item.Entity!)))))));

    Workspace MakeDefaultWorkspace()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        return new Workspace { Id = DefaultWorkspace, Name = "default", CreatedAt = now, UpdatedAt = now };
    }
}
