namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>Reads one .proto file. Options, but for those that say how methods are called by HTTP, and extensions are passed over.</summary>
sealed class ProtoParser
{
    readonly ProtoLexer lexer;
    readonly ProtoFile file;

    ProtoParser(string name, string text)
    {
        lexer = new ProtoLexer(name, text);
        file = new ProtoFile();
    }

    bool HasImplicitPresence => file.Syntax == "proto3";

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="ProtoException">It is wrong.</exception>
    public static ProtoFile Parse(string name, string text)
    {
        var parser = new ProtoParser(name, text);
        parser.ReadFile();
        return parser.file;
    }

    void ReadFile()
    {
        for (lexer.Next(); !lexer.IsEnd;)
        {
            if (lexer.Take(";"))
                continue;

            if (lexer.Take("syntax") || lexer.Take("edition"))
                ReadSyntax();
            else if (lexer.Take("import"))
                ReadImport();
            else if (lexer.Take("package"))
                file.Package = lexer.FullName();
            else if (lexer.Take("message"))
                ReadMessage(file.Package);
            else if (lexer.Take("enum"))
                ReadEnum(file.Package);
            else if (lexer.Take("service"))
                ReadService();
            else if (lexer.Token is "option" or "extend")
                lexer.SkipStatement();
            else
                throw lexer.Fail("a definition expected");
        }
    }

    void ReadSyntax()
    {
        lexer.Expect("=");
        file.Syntax = lexer.String();
        lexer.Expect(";");
    }

    void ReadImport()
    {
        var isPublic = lexer.Take("public");
        if (!isPublic)
            lexer.Take("weak");

        file.Imports.Add((lexer.String(), isPublic));
        lexer.Expect(";");
    }

    void ReadMessage(string scope)
    {
        var message = new ProtoMessage(Join(scope, lexer.Name()));
        file.Messages.Add(message);
        lexer.Expect("{");
        while (!lexer.Take("}"))
        {
            if (lexer.Take(";"))
                continue;

            if (lexer.Take("message"))
                ReadMessage(message.FullName);
            else if (lexer.Take("enum"))
                ReadEnum(message.FullName);
            else if (lexer.Take("oneof"))
                ReadOneOf(message);
            else if (lexer.Token is "option" or "extend" or "extensions" or "reserved")
                lexer.SkipStatement();
            else
                ReadField(message, isInOneOf: false);
        }
    }

    void ReadOneOf(ProtoMessage message)
    {
        lexer.Name();
        lexer.Expect("{");
        while (!lexer.Take("}"))
        {
            if (lexer.Take(";"))
                continue;

            if (lexer.Token == "option")
                lexer.SkipStatement();
            else
                ReadField(message, isInOneOf: true);
        }
    }

    void ReadField(ProtoMessage message, bool isInOneOf)
    {
        var isRepeated = lexer.Take("repeated");
        var isOptional = !isRepeated && (lexer.Take("optional") || lexer.Take("required"));
        var type = lexer.FullName();
        if (type == "group")
            throw lexer.Fail("groups are not supported");

        var entry = type == "map" && lexer.Take("<") ? ReadMapEntry(message) : null;
        var name = lexer.Name();
        lexer.Expect("=");
        var number = lexer.Integer();
        var isPacked = ReadFieldOptions() ?? file.Syntax != "proto2";
        lexer.Expect(";");
        var field = new ProtoField(name, number, type)
        {
            IsRepeated = isRepeated || entry is not null,
            IsMap = entry is not null,
            IsPacked = isPacked,
            HasPresence = isInOneOf || isOptional || !HasImplicitPresence,
            Message = entry,
        };
        if (entry is not null)
            field.Kind = ProtoKind.Message;
        else
            Link(field, message.FullName);

        if (!message.Add(field))
            throw lexer.Fail($"field '{name}' of {message.FullName} is there already");
    }

    ProtoMessage ReadMapEntry(ProtoMessage owner)
    {
        var entry = new ProtoMessage($"{owner.FullName}.({owner.Fields.Count})");
        var key = new ProtoField("key", 1, lexer.Name());
        lexer.Expect(",");
        var value = new ProtoField("value", 2, lexer.FullName());
        lexer.Expect(">");
        Link(key, owner.FullName);
        Link(value, owner.FullName);
        entry.Add(key);
        entry.Add(value);
        return entry;
    }

    /// <summary>The type of a field, if it is a scalar; else it is looked up when everything has been read.</summary>
    void Link(ProtoField field, string scope)
    {
        if (ProtoKinds.TryParse(field.TypeName, out var kind))
            field.Kind = kind;
        else
            file.Unlinked.Add((field, scope));
    }

    /// <returns>What <c>packed</c> says; <c>null</c> if it is not there.</returns>
    bool? ReadFieldOptions()
    {
        bool? isPacked = null;
        if (!lexer.Take("["))
            return null;

        for (var depth = 1; depth > 0;)
        {
            if (lexer.IsEnd)
                throw lexer.Fail("the file ends too early");

            if (depth == 1 && lexer.Take("packed") && lexer.Take("="))
            {
                isPacked = lexer.Name() == "true";
                continue;
            }

            depth += lexer.Text is not null ? 0 : lexer.Token switch { "[" or "{" => 1, "]" or "}" => -1, _ => 0 };
            lexer.Next();
        }

        return isPacked;
    }

    void ReadEnum(string scope)
    {
        var found = new ProtoEnum();
        file.Enums.Add((Join(scope, lexer.Name()), found));
        lexer.Expect("{");
        while (!lexer.Take("}"))
        {
            if (lexer.Take(";"))
                continue;

            if (lexer.Token is "option" or "reserved")
            {
                lexer.SkipStatement();
                continue;
            }

            var name = lexer.Name();
            lexer.Expect("=");
            found.Add(name, lexer.Integer());
            ReadFieldOptions();
            lexer.Expect(";");
        }
    }

    void ReadService()
    {
        var name = Join(file.Package, lexer.Name());
        lexer.Expect("{");
        while (!lexer.Take("}"))
        {
            if (lexer.Take(";"))
                continue;

            if (lexer.Take("rpc"))
                ReadMethod(name);
            else
                lexer.SkipStatement();
        }
    }

    void ReadMethod(string service)
    {
        var name = lexer.Name();
        var input = ReadMethodType();
        lexer.Expect("returns");
        var output = ReadMethodType();
        List<HttpBinding> bindings = [];
        if (lexer.Take("{"))
        {
            while (!lexer.Take("}"))
            {
                if (!lexer.Take(";"))
                    HttpRuleParser.ReadOption(lexer, bindings);
            }
        }
        else
        {
            lexer.Expect(";");
        }

        file.Methods.Add(($"/{service}/{name}", service, input, output, bindings));
    }

    string ReadMethodType()
    {
        lexer.Expect("(");
        var name = lexer.FullName();
        if (name == "stream" && (lexer.IsName || lexer.Token == "."))
            name = lexer.FullName();

        lexer.Expect(")");
        return name;
    }

    static string Join(string scope, string name) => scope.Length == 0 ? name : $"{scope}.{name}";
}
