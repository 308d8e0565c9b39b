namespace Gibbon.Pdk;

/// <summary>
/// What a client proved its identity with: the part of a credential that the gateway and other plugins need. Immutable: keep it beside the
/// cached
/// entity, and requests need not make one.
/// </summary>
/// <param name="Id">The id of the credential's entity, or a text that stands for a credential kept elsewhere (a token's subject).</param>
public record Credential(string Id)
{
    /// <summary>A credential that is an entity.</summary>
    /// <param name="id">The entity's id.</param>
    public Credential(Guid id)
        : this(id.ToString())
    {
    }

    /// <summary>The consumer the credential belongs to; logged as <c>authenticated_entity.consumer_id</c>.</summary>
    public Guid? ConsumerId { get; init; }

    /// <summary>What upstream services are told in <c>X-Credential-Identifier</c>: a user name, a key's id. Never a secret.</summary>
    public string? Identifier { get; init; }

    /// <summary>The entity itself, for plugins that know its type.</summary>
    public object? Entity { get; init; }
}
