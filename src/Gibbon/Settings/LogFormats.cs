using System.Collections.Frozen;

namespace Gibbon.Settings;

/// <summary>Line formats of access logs, in nginx's <c>log_format</c> language.</summary>
internal static class LogFormats
{
    /// <summary>The format of HTTP access logs that name none.</summary>
    public const string DefaultName = "kong_log_format";

    /// <summary>The format of access logs of streams that name none.</summary>
    public const string StreamName = "basic";

    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        ["combined"] = """$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" """.TrimEnd(),
        [DefaultName] =
            """$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" """ +
            "kong_request_id: \"$kong_request_id\"",
        [StreamName] = "$remote_addr [$time_local] $protocol $status $bytes_sent $bytes_received $session_time",
    };

    public static FrozenDictionary<string, string> From(SettingReader read)
    {
        var formats = new Dictionary<string, string>(BuiltIn, StringComparer.Ordinal);
        foreach (var directive in (ReadOnlySpan<string>)["nginx_http_log_format", "nginx_stream_log_format"])
        {
            if (read.Text(directive) is not { } text)
                continue;
            var name = text.Split(' ', 2)[0];
            if (name.Length == text.Length)
                read.Fail($"{directive} must be of form: <name> '<format>', got '{text}'");
            else
                formats[name] = Unquote(text[name.Length..].Trim());
        }

        return formats.ToFrozenDictionary();
    }

    // 'a' 'b' is one string in two pieces; escape=json and the like precede them, and stay in front.
    private static string Unquote(string text)
    {
        if (text.StartsWith("escape=", StringComparison.Ordinal) && text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0)
            return text[..(space + 1)] + Unquote(text[space..].TrimStart());
        if (text.Length < 2 || text[0] is not ('\'' or '"'))
            return text;

        var joined = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\'' or '"'))
                continue;
            var end = text.IndexOf(text[i], i + 1);
            if (end < 0)
                end = text.Length;
            joined.Append(text, i + 1, end - i - 1);
            i = end;
        }

        return joined.ToString();
    }
}
