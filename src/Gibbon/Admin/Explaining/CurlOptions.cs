using System.Text;

namespace Gibbon.Admin.Explaining;

/// <summary>The options of a curl command that a gateway sees something of.</summary>
internal sealed class CurlOptions
{
    private readonly List<(string Name, string Value)> _headers = [];
    private string? _method;
    private string? _url;
    private bool _isHead;
    private bool _isGet;

    /// <summary>The parts of a body; whether there is one decides over the method, and with <c>-G</c> over the query.</summary>
    public List<(string Option, string Value)> Bodies { get; } = [];

    public static bool Takes(string name) => name is "-X" or "--request" or "-H" or "--header" or "-u" or "--user" or "-A" or "--user-agent" or "-b" or "--cookie"
        or "-e" or "--referer" or "--url" or "--oauth2-bearer";

    public void Take(string name, string? value)
    {
        switch (name)
        {
            case "-X" or "--request":
                _method = value;
                break;
            case "-H" or "--header":
                int colon = value!.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0)
                {
                    _headers.Add((value[..colon].Trim(), value[(colon + 1)..].Trim()));
                }

                break;
            case "-u" or "--user":
                _headers.Add(("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(value!))));
                break;
            case "--oauth2-bearer":
                _headers.Add(("Authorization", "Bearer " + value));
                break;
            case "-A" or "--user-agent":
                _headers.Add(("User-Agent", value!));
                break;
            case "-b" or "--cookie":
                _headers.Add(("Cookie", value!));
                break;
            case "-e" or "--referer":
                _headers.Add(("Referer", value!));
                break;
            case "-I" or "--head":
                _isHead = true;
                break;
            case "-G" or "--get":
                _isGet = true;
                break;
            case "--url":
                _url = value;
                break;
            default:
                if (!name.StartsWith('-'))
                {
                    _url = name;
                }

                break;
        }
    }

    public (ExplainedRequest? Request, string? Fault) Make()
    {
        if (_url is null)
        {
            return (null, "curl: no URL specified");
        }

        string method = _method ?? (_isHead ? "HEAD" : Bodies.Count > 0 && !_isGet ? "POST" : "GET");
        (ExplainedRequest? request, string? fault) = new ExplainedRequest { Method = method }.WithUrl(_url);
        if (request is null)
        {
            return (null, "curl: " + fault);
        }

        if (_isGet && Bodies.Count > 0)
        {
            string query = string.Join('&', Bodies.Select(static body => body.Value));
            request = request with { Target = request.Target + (request.Target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query };
        }

        string? host = _headers.Where(static header => IsHost(header.Name)).Select(static header => header.Value).LastOrDefault();
        _headers.RemoveAll(static header => IsHost(header.Name));
        return (request with { Headers = _headers, Host = host ?? request.Host }, null);
    }

    private static bool IsHost(string name) => string.Equals(name, "host", StringComparison.OrdinalIgnoreCase);
}
