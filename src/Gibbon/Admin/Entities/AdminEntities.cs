using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>The stored entities as the Admin API uses them, kind by kind.</summary>
internal sealed class AdminEntities : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly FrozenDictionary<string, EntityOperations> _byName;
    private readonly ErrorLog _log;

    /// <param name="store">Where they are.</param>
    /// <param name="schemas">What there is.</param>
    /// <param name="isWithoutDatabase">Whether nothing can be written.</param>
    /// <param name="log">Where the use of what is deprecated is told.</param>
    public AdminEntities(IEntityStore store, EntitySchemas schemas, bool isWithoutDatabase, ErrorLog log)
    {
        Store = store;
        Schemas = schemas;
        IsWithoutDatabase = isWithoutDatabase;
        _log = log;
        _byName = schemas.All.ToFrozenDictionary(static schema => schema.Name, Operations, StringComparer.Ordinal);
    }

    public IEntityStore Store { get; }

    public EntitySchemas Schemas { get; }

    public bool IsWithoutDatabase { get; }

    public EntityOperations this[string name] => _byName[name];

    /// <summary>
    /// Lets one change that reads before it writes happen after another, so that two changes of different fields of one entity both count.
    /// </summary>
    public async ValueTask<IDisposable> BeginWriteAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        return new Turn(_writing);
    }

    /// <summary>Reads all entities of a kind that a query means, as the store has them.</summary>
    /// <exception cref="EntityException">A page cannot be read.</exception>
    public IAsyncEnumerable<object> EachAsync(string kind, EntityQuery query, CancellationToken cancellation) => EachAsync(Store, kind, query, cancellation);

    /// <summary>The same from elsewhere: out of a transaction.</summary>
    /// <exception cref="EntityException">A page cannot be read.</exception>
    public async IAsyncEnumerable<object> EachAsync(
        IEntityReader reader, string kind, EntityQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        query = query with { Size = 1000 };
        do
        {
            (EntityPage<object>? page, EntityError? error) = await reader.PageAsync(Schemas.Find(kind)!, query, cancellation);
            foreach (object entity in page?.Entities ?? throw new EntityException(error!))
            {
                yield return entity;
            }

            query = query with { Offset = page.NextOffset };
        }
        while (query.Offset is not null);
    }

    public void NoteDeprecations(IReadOnlyList<Deprecation> deprecations)
    {
        foreach (Deprecation deprecation in deprecations)
        {
            _log.Write(LogSeverity.Warn, $"[kong] {deprecation.Message} (deprecated, to be removed in {deprecation.RemovalInVersion})");
        }
    }

    public void Dispose() => _writing.Dispose();

    private EntityOperations Operations(Schema schema) => schema.Name switch
    {
        "certificates" => new CertificateOperations(this, schema),
        "ca_certificates" => new CaCertificateOperations(this, schema),
        "plugins" => new PluginOperations(this, schema),
        "tags" => new TagOperations(this, schema),
        "targets" => new TargetOperations(this, schema),
        _ => new EntityOperations(this, schema),
    };

    private sealed class Turn(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
