namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>Reads options of a method: <c>option (google.api.http) = {get: "/v1/{name}"};</c>.</summary>
static class HttpRuleParser
{
    const string Option = "google.api.http";

    /// <summary>Reads one option, and adds what it says of HTTP.</summary>
    /// <exception cref="ProtoException">It is wrong.</exception>
    public static void ReadOption(ProtoLexer lexer, List<HttpBinding> bindings)
    {
        lexer.Expect("option");
        if (!lexer.Take("("))
        {
            lexer.SkipStatement();
            return;
        }

        var name = lexer.FullName().TrimStart('.');
        lexer.Expect(")");
        if (name != Option)
        {
            lexer.SkipStatement();
        }
        else if (lexer.Take("."))
        {
            // One field of the rule at a time: (google.api.http).get = "/v1".
            var field = lexer.Name();
            lexer.Expect("=");
            ReadSingle(field, lexer.String(), bindings);
            lexer.Expect(";");
        }
        else
        {
            lexer.Expect("=");
            lexer.Expect("{");
            ReadRule(lexer, bindings);
            lexer.Take(";");
        }
    }

    static void ReadSingle(string field, string value, List<HttpBinding> bindings)
    {
        if (IsMethod(field))
            bindings.Add(new HttpBinding(field, value, null));
        else if (field == "body" && bindings.Count > 0)
            bindings[^1] = bindings[^1] with { Body = value };
    }

    static void ReadRule(ProtoLexer lexer, List<HttpBinding> bindings)
    {
        string? method = null, template = null, body = null;
        var place = bindings.Count;
        while (!lexer.Take("}"))
        {
            if (lexer.Take(",") || lexer.Take(";"))
                continue;

            var field = lexer.Name();
            var hasColon = lexer.Take(":");
            if (lexer.Token is "{" or "[" || !hasColon)
                ReadNested(lexer, field, bindings);
            else if (IsMethod(field))
                (method, template) = (field, lexer.String());
            else if (field == "body")
                body = lexer.String();
            else
                SkipValue(lexer);
        }

        if (method is not null)
            bindings.Insert(place, new HttpBinding(method, template!, body));
    }

    static void ReadNested(ProtoLexer lexer, string field, List<HttpBinding> bindings)
    {
        if (field != "additional_bindings")
        {
            lexer.SkipStatement();
        }
        else if (lexer.Take("["))
        {
            while (!lexer.Take("]"))
            {
                if (lexer.Take(","))
                    continue;

                lexer.Expect("{");
                ReadRule(lexer, bindings);
            }
        }
        else
        {
            lexer.Expect("{");
            ReadRule(lexer, bindings);
        }
    }

    static void SkipValue(ProtoLexer lexer)
    {
        if (lexer.Text is not null)
            lexer.String();
        else
            lexer.Next();
    }

    static bool IsMethod(string field) => field is "get" or "post" or "put" or "patch" or "delete";
}
