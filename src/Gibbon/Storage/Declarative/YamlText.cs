using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Writes values as YAML: one entity as an item of a list. Strings are quoted as JSON, which YAML reads as it stands.</summary>
internal static class YamlText
{
    public static void AppendItem(StringBuilder yaml, ValueMap item)
    {
        string lead = "- ";
        foreach ((string name, object? value) in item)
        {
            yaml.Append(lead).Append(name).Append(": ").Append(value is null ? "~" : Encoding.UTF8.GetString(ValueJson.Write(value))).Append('\n');
            lead = "  ";
        }
    }
}
