namespace Gibbon.Cli.Commands;

/// <summary>What <c>config init</c> writes: a kong.yml to start from.</summary>
internal static class SampleDeclaration
{
    public const string Text =
        """
        # Declarative configuration: everything the gateway serves, in one file.
        #
        #   check it        gibbon config parse kong.yml
        #   start with it   KONG_DECLARATIVE_CONFIG=kong.yml gibbon start
        #   load it later   curl -F config=@kong.yml http://localhost:8001/config

        # Required: the version of this format. "2.1" and "1.1" are read as well.
        _format_version: "3.0"

        # Optional: false stores values as they stand here, without hashing
        # passwords and without filling in what is left out.
        _transform: true

        # Each kind of entity is a list under its plural name. What belongs to
        # another entity may be nested in it, or stand at the top level and name
        # its owner. Remove the # signs to try it.

        # services:
        # - name: example
        #   url: http://127.0.0.1:9000
        #   plugins:
        #   - name: key-auth
        #   - name: rate-limiting
        #     config:
        #       minute: 60
        #       policy: local
        #   routes:
        #   - name: example
        #     paths:
        #     - /example

        # consumers:
        # - username: alice
        #   keyauth_credentials:
        #   - key: change-me

        # upstreams:
        # - name: example-upstream
        #   targets:
        #   - target: 127.0.0.1:9001
        #   - target: 127.0.0.1:9002
        #     weight: 50

        """;
}
