using System.Text;
using System.Text.RegularExpressions;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>
/// The template of a path, as <c>google.api.http</c> writes it: <c>/v1/{name=shelves/*}:rename</c>. A variable without a pattern is one
/// segment; <c>**</c> is as many as there are.
/// </summary>
sealed class PathTemplate
{
    readonly Regex pattern;
    readonly List<string> variables = [];

    public PathTemplate(string template)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < template.Length;)
        {
            var end = template[i] == '{' ? template.IndexOf('}', i) : -1;
            if (end > 0)
            {
                AddVariable(text, template[(i + 1)..end]);
                i = end + 1;
            }
            else
            {
                i = AddPart(text, template, i);
            }
        }

        pattern = new Regex(text.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>The variables of a path: the fields they stand for, with dots, and their texts.</summary>
    /// <returns><c>null</c> if the path is another one.</returns>
    public IEnumerable<(string Field, string Value)>? Match(string path)
    {
        var match = pattern.Match(path);
        return match.Success ? variables.Select((field, i) => (field, match.Groups[i + 1].Value)) : null;
    }

    void AddVariable(StringBuilder text, string variable)
    {
        var sign = variable.IndexOf('=', StringComparison.Ordinal);
        variables.Add((sign < 0 ? variable : variable[..sign]).Trim());
        text.Append('(');
        var inner = sign < 0 ? "*" : variable[(sign + 1)..].Trim();
        for (var i = 0; i < inner.Length;)
            i = AddPart(text, inner, i);

        text.Append(')');
    }

    // One sign of a pattern: a star, two of them, or what stands for itself.
    static int AddPart(StringBuilder text, string pattern, int position)
    {
        if (pattern[position] != '*')
        {
            text.Append(Regex.Escape(pattern[position].ToString()));
            return position + 1;
        }

        var isDeep = position + 1 < pattern.Length && pattern[position + 1] == '*';
        text.Append(isDeep ? ".+" : "[^/]+");
        return position + (isDeep ? 2 : 1);
    }
}
