using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Applying;

/// <summary>Changes the configuration as a whole: to what a document says, or back to what it was.</summary>
internal sealed class ConfigurationChanger(IWholeStore store, IVersionLog versions, DeclarativeLoader loader, EntitySchemas schemas, Func<Guid> workspace)
{
    /// <summary>The versions there are.</summary>
    public IVersionLog Versions => versions;

    public EntitySchemas Schemas => schemas;

    /// <summary>Makes what is stored say what a document says.</summary>
    /// <param name="document">The document, whole: what it does not have is deleted.</param>
    /// <param name="hash">The hash of its text, if it came as one.</param>
    /// <param name="tags">Only entities with all of these tags are meant; the document may name tags too.</param>
    /// <param name="options">Under which conditions.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<WholeChange> ApplyAsync(
        ValueMap document, string? hash, IReadOnlyList<string> tags, WholeOptions options, CancellationToken cancellation)
    {
        (IReadOnlyList<string> selected, string? fault) = DocumentTags.Take(document, tags);
        if (fault is not null)
        {
            return new WholeChange { Version = 0, Plan = new WholePlan { Refusal = Refusals.Of(new DeclarativeError(fault), document) } };
        }

        // Of a part of the configuration the hash says nothing about the whole.
        string? whole = selected.Count > 0 ? null : hash ?? ConfigurationHash.OfTable(document).Configuration;
        Dictionary<object, DeclarativeItem> places = [];
        WholeChange change = await store.ChangeAsync(
            present => Plan(present, document.DeepCopy(), whole, new Selection(schemas, selected), places = new Dictionary<object, DeclarativeItem>(ReferenceEqualityComparer.Instance)),
            options,
            cancellation).ConfigureAwait(false);
        return change is { Error: { } error, Culprit: { } culprit } && error.Code != EntityErrorCode.DatabaseError
            ? change with { Error = null, Plan = new WholePlan { Refusal = Refusals.Of(error, culprit, culprit.After is null ? null : places.GetValueOrDefault(culprit.After), schemas) } }
            : change;
    }

    /// <summary>Makes the configuration what it was at a version.</summary>
    public async ValueTask<WholeChange> RollBackAsync(long version, WholeOptions options, CancellationToken cancellation)
    {
        (IReadOnlyList<VersionChange>? since, EntityError? failure) = await versions.SinceAsync(version, cancellation).ConfigureAwait(false);
        if (since is null)
        {
            return new WholeChange { Version = 0, Error = failure };
        }

        WholeChange change = await store.ChangeAsync(present => Earlier.Plan(present, since, schemas), options, cancellation).ConfigureAwait(false);
        return change is { Error: { } error, Culprit: { } culprit } && error.Code != EntityErrorCode.DatabaseError
            ? change with { Error = null, Plan = new WholePlan { Refusal = Refusals.Of(error, culprit, null, schemas) } }
            : change;
    }

    private WholePlan Plan(EntitySet present, ValueMap document, string? hash, Selection selection, Dictionary<object, DeclarativeItem> places)
    {
        Dictionary<string, List<DeclarativeItem>> items = [];
        bool isGood = loader.TryLoad(
            document,
            hash,
            found =>
            {
                items = found;
                DocumentTags.Add(selection.Tags, found);
                new StoredIdentities(schemas, present, selection, workspace()).Adopt(found);
            },
            out DeclarativeConfiguration? configuration,
            out DeclarativeError? error);
        if (!isGood)
        {
            return new WholePlan { Refusal = Refusals.Of(error!, document) };
        }

        foreach (DeclarativeItem item in items.Values.SelectMany(static list => list))
        {
            places[item.Entity!] = item;
        }

        (List<ChangedEntity> changes, long unchanged) = Differences.Between(present, configuration!, selection, schemas);

        // A node without a database that never had a configuration has no workspace yet.
        if (present["workspaces"].Count == 0 && store is MemoryWholeStore)
        {
            changes.AddRange(configuration!.Entities["workspaces"].Select(static entity => new ChangedEntity("workspaces", null, entity)));
        }

        return new WholePlan { Changes = changes, Unchanged = unchanged, Hash = hash };
    }
}
