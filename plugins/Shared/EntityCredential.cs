using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared;

/// <summary>A credential that is an entity and belongs to a consumer. Kept beside the entity, so that requests make no texts of ids.</summary>
sealed record EntityCredential : Credential
{
    /// <summary>Takes ids and texts from the entity.</summary>
    /// <param name="id">The entity's id.</param>
    /// <param name="consumerId">The consumer's id.</param>
    /// <param name="identifier">What services are told; <c>null</c> is the id.</param>
    /// <param name="entity">The entity.</param>
    public EntityCredential(Guid id, Guid consumerId, string? identifier, object entity)
        : base(id)
    {
        ConsumerId = consumerId;
        ConsumerIdText = consumerId.ToString();
        Identifier = identifier ?? Id;
        Entity = entity;
    }

    /// <summary>The text of the consumer's id.</summary>
    public string ConsumerIdText { get; }
}
