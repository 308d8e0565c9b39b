using System.Text;

namespace Gibbon.Admin.Explaining;

/// <summary>Reads a curl command as people paste it: its words as a shell takes them, and the options that make a request another one.</summary>
internal static class CurlLine
{
    // What has a value and changes nothing that a gateway chooses by.
    private static readonly HashSet<string> WithValue = new(StringComparer.Ordinal)
    {
        "-o", "--output", "-m", "--max-time", "--connect-timeout", "--resolve", "--connect-to", "--cacert", "--cert", "-E", "--key", "--retry", "-w", "--write-out", "-x",
        "--proxy", "-c", "--cookie-jar", "--interface", "-D", "--dump-header", "--tls-max", "--ciphers", "-T", "--upload-file",
    };

    private static readonly HashSet<string> Bodies = new(StringComparer.Ordinal)
    {
        "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "-F", "--form", "--form-string",
    };

    public static (ExplainedRequest? Request, string? Fault) Read(string line)
    {
        Queue<string> words = new(Words(line));
        if (words.TryPeek(out string? first) && (first == "curl" || first.EndsWith("/curl", StringComparison.Ordinal)))
        {
            words.Dequeue();
        }

        CurlOptions options = new();
        while (words.TryDequeue(out string? word))
        {
            (string name, string? glued) = Split(word);
            bool takesValue = WithValue.Contains(name) || Bodies.Contains(name) || CurlOptions.Takes(name);
            string? value = takesValue ? glued ?? (words.TryDequeue(out string? next) ? next : null) : null;
            if (takesValue && value is null)
            {
                return (null, $"curl: option {name}: requires parameter");
            }

            if (Bodies.Contains(name))
            {
                options.Bodies.Add((name, value!));
            }
            else if (!WithValue.Contains(name))
            {
                options.Take(name, value);
            }
        }

        return options.Make();
    }

    // -XPOST is -X POST, --request=POST is --request POST.
    private static (string Name, string? Value) Split(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
        }

        return word.Length > 2 && word[0] == '-' && (WithValue.Contains(word[..2]) || Bodies.Contains(word[..2]) || CurlOptions.Takes(word[..2])) ? (word[..2], word[2..]) : (word, null);
    }

    private static IEnumerable<string> Words(string line)
    {
        StringBuilder word = new();
        bool isWord = false;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                if (isWord)
                {
                    yield return word.ToString();
                    word.Clear();
                    isWord = false;
                }
            }
            else if (quote == '\0' && letter is '\'' or '"' && quote == '\0')
            {
                (quote, isWord) = (letter, true);
            }
            else if (letter == quote && quote != '\0')
            {
                quote = '\0';
            }
            else if (letter == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                i++;

                // A line that goes on in the next.
                if (line[i] is not ('\n' or '\r'))
                {
                    word.Append(line[i]);
                    isWord = true;
                }
            }
            else
            {
                word.Append(letter);
                isWord = true;
            }
        }

        if (isWord)
        {
            yield return word.ToString();
        }
    }
}
