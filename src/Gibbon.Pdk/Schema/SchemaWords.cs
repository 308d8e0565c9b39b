using System.Text;

namespace Gibbon.Pdk.Schemas;

/// <summary>Names between C# and data: <c>HttpsRedirectStatusCode</c> and <c>https_redirect_status_code</c>.</summary>
static class SchemaWords
{
    extension(FieldType type)
    {
        public string Word => Snake(type.ToString());
    }

    extension(DeleteRule rule)
    {
        public string Word => Snake(rule.ToString());
    }

    /// <summary>The name in <c>snake_case</c>.</summary>
    public static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var at = 0; at < name.Length; at++)
        {
            var startsWord = char.IsUpper(name[at]) && at > 0 && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));
            if (startsWord)
            {
                snake.Append('_');
            }
            snake.Append(char.ToLowerInvariant(name[at]));
        }
        return snake.ToString();
    }
}
