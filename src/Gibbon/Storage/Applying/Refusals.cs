using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Applying;

/// <summary>Why a configuration was not applied: Kong's error 14, and with it each error with the place where it stands.</summary>
internal static class Refusals
{
    /// <summary>What is wrong with a document.</summary>
    public static ValueMap Of(DeclarativeError error, ValueMap document)
    {
        ValueMap body = error.ToBody(flatten: false);
        body["errors"] = new ErrorPositions(document).Of(error.Fields);
        return body;
    }

    /// <summary>What the store refused.</summary>
    /// <param name="error">Its words.</param>
    /// <param name="culprit">The change.</param>
    /// <param name="item">Where the entity stands in the document; null when it is not there, since it was to be deleted.</param>
    /// <param name="schemas">The kinds of entities.</param>
    public static ValueMap Of(EntityError error, ChangedEntity culprit, DeclarativeItem? item, EntitySchemas schemas)
    {
        Schema schema = schemas.Find(culprit.SchemaName)!;
        object entity = culprit.After ?? culprit.Before!;
        ValueMap values = entity as ValueMap ?? Schema.Unbind(entity);
        ValueMap fields;
        if (item is not null)
        {
            ErrorTree tree = new();
            tree.Add(item, "@entity", new ValueList { error.Message });
            fields = tree.Root;
        }
        else
        {
            fields = new ValueMap { [schema.Name] = new ValueMap { [EntityLabel.Of(schema, values) ?? values.GetString("id") ?? ""] = new ValueList { error.Message } } };
        }

        ValueMap one = [];
        if (item is not null)
        {
            one["position"] = PositionOf(item);
        }

        one["entity_type"] = EntityLabel.TypeOf(schema.Name);
        one["entity_id"] = values.Get("id");
        one["entity_name"] = EntityLabel.Of(schema, values);
        one["message"] = error.Message;
        ValueMap body = EntityErrors.DeclarativeConfig(fields).ToMap();
        body["errors"] = new ValueList { one };
        return body;
    }

    private static string PositionOf(DeclarativeItem item) => $"{(item.Parent is { } parent ? PositionOf(parent) : "")}/{item.Schema.Name}/{item.Index}";
}
