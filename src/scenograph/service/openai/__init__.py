"""The API of OpenAI under `/v1`, so that any chat client can talk with a mind."""
