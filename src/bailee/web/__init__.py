"""What is seen over HTTP: the API of programs; later the notice, the portal and the console."""
