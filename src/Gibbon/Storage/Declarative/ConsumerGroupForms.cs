using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Consumer groups, which Kong's open edition does not have, come in the forms decK writes: a consumer lists its <c>groups</c>, a group its
/// <c>consumers</c>, by name or as objects. Both become entities of their own.
/// </summary>
internal static class ConsumerGroupForms
{
    const string Memberships = "consumer_group_consumers";

    public static void Rewrite(DeclarativeItem item)
    {
        switch (item.Schema.Name)
        {
            case "consumers":
                Rewrite(item.Source, "groups", "consumer_group", "name");
                break;
            case "consumer_groups":
                Rewrite(item.Source, "consumers", "consumer", "username");
                break;
            default:
                break;
        }
    }

    static void Rewrite(ValueMap source, string list, string field, string nameField)
    {
        if (source.Get(list) is not ValueList members || !source.Remove(list))
        {
            return;
        }
        var memberships = source.GetList(Memberships) ?? [];
        foreach (var member in members)
        {
            var reference = member is ValueMap map ? map.Get(nameField) ?? map.Get("id") : member;
            memberships.Add(new ValueMap { [field] = reference });
        }
        source[Memberships] = memberships;
    }
}
