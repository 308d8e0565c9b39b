using System.Collections.Frozen;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;

namespace Gibbon.Proxy.Traffic;

/// <summary>
/// Takes out of a path and its query what looks like a credential: values under names that people use for one or that a plugin of this
/// configuration takes one from, and JSON Web Tokens wherever they stand.
/// </summary>
internal sealed class Redaction
{
    /// <summary>What stands in the place of a value.</summary>
    public const string Mark = "REDACTED";

    private const int ShortestToken = 20;

    private static readonly string[] Telling =
    [
        "token", "secret", "passw", "pwd", "apikey", "api_key", "api-key", "access_key", "accesskey", "auth", "credential", "signature", "jwt", "session", "assertion", "otp",
    ];

    // Whole words: "key" tells, "monkey" does not.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "key", "code", "sig", "sid", "pass", "pin", "ticket", "nonce", "state");

    private static readonly char[] Separators = ['_', '-', '.', ' ', '[', ']', ':'];

    // The settings in which plugins say where they find a credential.
    private static readonly string[] NamingSettings = ["key_names", "uri_param_names"];

    private Known _known = new(null, FrozenSet<string>.Empty);

    /// <summary>A path with its query, fit to be shown.</summary>
    /// <param name="target">As it was sent.</param>
    /// <param name="plugins">What says which names the configuration itself uses for credentials.</param>
    public string Path(string target, PluginPlan plugins)
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? target : target[..question];
        if (path.Contains("eyJ", StringComparison.Ordinal))
        {
            path = string.Join('/', path.Split('/').Select(static part => LooksLikeToken(part) ? Mark : part));
        }

        return question < 0 ? path : $"{path}?{Query(target[(question + 1)..], NamesOf(plugins))}";
    }

    private static string Query(string query, FrozenSet<string> names)
    {
        StringBuilder text = new(query.Length);
        foreach (string argument in query.Split('&'))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            text.Append(text.Length == 0 ? "" : "&").Append(LooksLikeToken(name) ? Mark : name);
            if (equals >= 0)
            {
                string value = argument[(equals + 1)..];
                text.Append('=').Append(value.Length > 0 && (IsTelling(name, names) || LooksLikeToken(value)) ? Mark : value);
            }
        }

        return text.ToString();
    }

    private static bool IsTelling(string name, FrozenSet<string> names)
    {
        string plain = Uri.UnescapeDataString(name.Replace('+', ' '));
        if (names.Contains(plain) || plain.Split(Separators).Any(Words.Contains))
        {
            return true;
        }

        foreach (string word in Telling)
        {
            if (plain.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // A JSON object in base64, and two more parts: nothing else begins like that.
    private static bool LooksLikeToken(string text) =>
        text.Length >= ShortestToken && text.Contains("eyJ", StringComparison.Ordinal) && text.Count(static letter => letter == '.') >= 2;

    // Found out anew only when plugins have changed, and only while somebody records.
    private FrozenSet<string> NamesOf(PluginPlan plugins)
    {
        Known known = Volatile.Read(ref _known);
        if (!ReferenceEquals(known.Of, plugins.Instances))
        {
            HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
            foreach (PluginInstance instance in plugins.Instances.ById.Values)
            {
                Collect(instance.Config as ValueMap ?? Schema.Unbind(instance.Config), names);
            }

            known = new Known(plugins.Instances, names.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
            Volatile.Write(ref _known, known);
        }

        return known.Names;
    }

    private static void Collect(ValueMap config, HashSet<string> names)
    {
        foreach (string setting in NamingSettings)
        {
            foreach (string name in (config.Get(setting) as ValueList)?.OfType<string>() ?? [])
            {
                names.Add(name);
            }
        }
    }

    private sealed record Known(PluginInstances? Of, FrozenSet<string> Names);
}
