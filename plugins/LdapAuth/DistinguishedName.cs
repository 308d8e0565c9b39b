using System.Text;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>Names of entries in a directory (RFC 4514).</summary>
static class DistinguishedName
{
    /// <summary>The name of a user's entry. What has a meaning in names loses it: a user cannot choose the place of his entry.</summary>
    public static string Of(string attribute, string user, string baseDn)
    {
        var text = new StringBuilder(attribute).Append('=');
        for (var i = 0; i < user.Length; i++)
        {
            var c = user[i];
            if (c == '\0')
                text.Append("\\00");
            else if (c is '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' || (c is ' ' or '#' && i == 0) || (c == ' ' && i == user.Length - 1))
                text.Append('\\').Append(c);
            else
                text.Append(c);
        }

        return text.Append(',').Append(baseDn).ToString();
    }
}
